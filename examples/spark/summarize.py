"""Summarizes an export of Amazon Forecast on Spark's workers, with the same bits as `backtest-export summarize`.

    spark-submit summarize.py s3://bucket/backtests/bike --by item --json

`--for verify` verifies it instead. `--by` and `--for` go to `plan`, `--partitions` is Spark's; all else goes to `reduce`.
"""

import argparse
import os
import shlex
import subprocess
import sys

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
given, reduce_options = arguments.parse_known_args()

plan = shlex.split(COMMAND) + ["plan", given.folder]
plan += ["--by", given.by] if given.by else []
plan += ["--for", given.purpose] if given.purpose else []
lines = subprocess.run(plan, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()

spark = SparkSession.builder.appName(f"backtest-export {given.folder}").getOrCreate()
parts = spark.sparkContext.parallelize(lines, min(given.partitions, len(lines)))
states = parts.pipe(f"{COMMAND} map", env=ENVIRONMENT, checkCode=True).collect()
spark.stop()

reduce = shlex.split(COMMAND) + ["reduce"] + reduce_options
sys.exit(subprocess.run(reduce, input="\n".join(states) + "\n", text=True).returncode)
