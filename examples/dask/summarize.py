"""Summarizes an export of Amazon Forecast with Dask, with the same bits as `backtest-export summarize`.

    python summarize.py s3://bucket/backtests/bike --json

On this machine's cores; with DASK_SCHEDULER=tcp://host:8786 on the workers of that cluster. Options go to `reduce`.
"""

import os
import shlex
import subprocess
import sys

import dask
from dask import bag

COMMAND = shlex.split(os.environ.get("BACKTEST_EXPORT", "backtest-export"))


def run(step, text=None, **options):
    """What one step of the command prints; its message is that of the error."""
    done = subprocess.run(COMMAND + step, input=text, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def map_parts(lines):
    return run(["map"], "\n".join(lines) + "\n").splitlines()


if __name__ == "__main__":
    folder, *reduce_options = sys.argv[1:]
    if "DASK_SCHEDULER" in os.environ:
        from dask.distributed import Client

        Client(os.environ["DASK_SCHEDULER"])
    else:
        dask.config.set(scheduler="threads")
    lines = run(["plan", folder]).splitlines()
    states = bag.from_sequence(lines, npartitions=min(1000, len(lines))).map_partitions(map_parts).compute()
    sys.stdout.write(run(["reduce"] + reduce_options, "\n".join(states) + "\n"))
