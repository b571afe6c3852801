#!/usr/bin/env bash
# The tests of examples/pytest, beside the packed package, with pytest and boto3 in a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A registry answers late or not at all now and then.
try_thrice() { "$@" || { sleep 10 && "$@"; } || { sleep 30 && "$@"; }; }

npm pack --silent --ignore-scripts --pack-destination "$work"
cp "$project"/examples/pytest/* "$work"
cd "$work"
printf '{"private":true}' >package.json
try_thrice npm install --silent --no-audit --no-fund ./backtest-export-*.tgz
try_thrice python3 -m pip install --quiet --disable-pip-version-check --target packages -r requirements.txt
PYTHONPATH="$work/packages" PYTHONDONTWRITEBYTECODE=1 python3 -m pytest -p no:cacheprovider test_export_job.py
