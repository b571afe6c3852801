#!/bin/sh
# submit.sh FOLDER RUN QUEUE [options of plan]: plans the export in FOLDER, puts the plan below RUN, a location in S3 where
# nothing is yet, and submits two jobs to the queue: an array that maps the parts, and one that adds up their states into
# RUN/summary.json once all have succeeded. JOBS is the size of the array: 1000, or the number of parts if that is less.
set -eu
folder=${1:?FOLDER is missing} run=${2:?RUN is missing} queue=${3:?QUEUE is missing}
shift 3
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT

backtest-export plan "$folder" "$@" >"$plan"
parts=$(wc -l <"$plan")
jobs=${JOBS:-1000}
[ "$parts" -ge "$jobs" ] || jobs=$parts
# an array has at least two jobs; the second one of a single part finds nothing to do
[ "$jobs" -ge 2 ] || jobs=2
aws s3 cp --only-show-errors "$plan" "$run/plan.jsonl"

submit() { # name, command as a JSON list, more options
  name=$1 command=$2
  shift 2
  aws batch submit-job --job-name "$name" --job-queue "$queue" --job-definition backtest-export --query jobId --output text \
    --container-overrides "{\"command\": $command, \"environment\": [
      {\"name\": \"PLAN\", \"value\": \"$run/plan.jsonl\"},
      {\"name\": \"STATES\", \"value\": \"$run/states\"},
      {\"name\": \"SUMMARY\", \"value\": \"$run/summary.json\"}]}" "$@"
}

map=$(submit backtest-export-map '["map.sh"]' --array-properties "size=$jobs")
submit backtest-export-reduce '["reduce.sh", "--json"]' --depends-on "jobId=$map"
