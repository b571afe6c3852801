#!/bin/sh
# The job after the array: adds up its states and puts the summary into SUMMARY. With STATES, the folder of the states, as
# map.sh has it; both may be in S3. Arguments go to `backtest-export reduce`.
set -eu
: "${STATES:?is not set: the folder of the states}" "${SUMMARY:?is not set: the file for the summary}"
summary=$(mktemp)
trap 'rm -f "$summary"' EXIT

backtest-export reduce "$STATES/" "$@" >"$summary"
case $SUMMARY in
  s3://*) aws s3 cp --only-show-errors "$summary" "$SUMMARY" ;;
  *) cp "$summary" "$SUMMARY" ;;
esac
