"""Summarizes an export of Amazon Forecast with Ray, with the same bits as `backtest-export summarize`.

    python summarize.py s3://bucket/backtests/bike --json

On this machine's cores, or the cluster that RAY_ADDRESS names. Options go to `reduce`.
"""

import os
import shlex
import subprocess
import sys

import ray

COMMAND = shlex.split(os.environ.get("BACKTEST_EXPORT", "backtest-export"))
AT_ONCE = 16


def run(step, text=None):
    """What one step of the command prints; its message is that of the error."""
    done = subprocess.run(COMMAND + step, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


@ray.remote
def map_parts(lines):
    return run(["map"], "\n".join(lines) + "\n").splitlines()


folder, *reduce_options = sys.argv[1:]
lines = run(["plan", folder]).splitlines()
ray.init(log_to_driver=False)
jobs = [map_parts.remote(lines[start : start + AT_ONCE]) for start in range(0, len(lines), AT_ONCE)]
states = [state for job in ray.get(jobs) for state in job]
sys.stdout.write(run(["reduce"] + reduce_options, "\n".join(states) + "\n"))
