"""Summarizes an export of Amazon Forecast on Spark's workers, with the same bits as `backtest-export summarize`.

    spark-submit summarize.py s3://bucket/backtests/bike --by item --json

`--by`, `--for` and `--no-accuracy-metrics` go to `plan`, `--partitions` is Spark's, and all else goes to `reduce`.
"""

import argparse
import os
import shlex
import subprocess
import sys

from pyspark import StorageLevel
from pyspark.sql import SparkSession

# The command, as the driver and every worker find it: on the PATH, unless told otherwise.
COMMAND = os.environ.get("BACKTEST_EXPORT", "backtest-export")

# Spark starts what it pipes through with an empty environment. Without keys in it, S3 is read with the machine's role.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith("AWS_")}

arguments = argparse.ArgumentParser(allow_abbrev=False)
arguments.add_argument("folder")
arguments.add_argument("--partitions", type=int, default=1000)
arguments.add_argument("--by")
arguments.add_argument("--for", dest="purpose")
arguments.add_argument("--no-accuracy-metrics", action="store_true")
given, reduce_options = arguments.parse_known_args()

plan = shlex.split(COMMAND) + ["plan", given.folder]
plan += ["--by", given.by] if given.by else []
plan += ["--for", given.purpose] if given.purpose else []
plan += ["--no-accuracy-metrics"] if given.no_accuracy_metrics else []
lines = subprocess.run(plan, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

spark = SparkSession.builder.appName(f"backtest-export {given.folder}").getOrCreate()
parts = spark.sparkContext.parallelize(lines, min(given.partitions, len(lines)))
states = parts.pipe(f"{COMMAND} map", env=ENVIRONMENT, checkCode=True).persist(StorageLevel.DISK_ONLY)
states.count()  # all workers at once; then the states of one partition after another come to the driver
with subprocess.Popen(shlex.split(COMMAND) + ["reduce"] + reduce_options, stdin=subprocess.PIPE, text=True) as reduce:
    for state in states.toLocalIterator():
        reduce.stdin.write(f"{state}\n")
spark.stop()
sys.exit(reduce.returncode)
