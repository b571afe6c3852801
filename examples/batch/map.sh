#!/bin/sh
# One job of an AWS Batch array: maps its lines of a plan and puts their states into one file. With PLAN, the plan as a file,
# and STATES, a folder for the states; both may be in S3. Of an array of n jobs, job i takes line i, line i + n and so on.
set -eu
: "${PLAN:?is not set: the plan, such as s3://bucket/run/plan.jsonl}" "${STATES:?is not set: the folder for the states}"
index=${AWS_BATCH_JOB_ARRAY_INDEX:-0}
jobs=${AWS_BATCH_JOB_ARRAY_SIZE:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From one place to another, either of which may be in S3.
copy() {
  case $1$2 in
    *s3://*) aws s3 cp --only-show-errors "$1" "$2" ;;
    *) cp "$1" "$2" ;;
  esac
}

copy "$PLAN" "$work/plan.jsonl"
awk -v "index_=$index" -v "jobs=$jobs" '(NR - 1) % jobs == index_' "$work/plan.jsonl" >"$work/lines.jsonl"
# a job beyond the last line of the plan has nothing to do
[ -s "$work/lines.jsonl" ] || exit 0
# into a file first: a map that fails leaves no states that look whole
backtest-export map <"$work/lines.jsonl" >"$work/states.jsonl"
copy "$work/states.jsonl" "$STATES/$index.jsonl"
