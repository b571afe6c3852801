"""Spark writes files below argv[1] and reads those that stdin lists as {path, kinds}; answers both."""

import glob
import json
import os
import re
import sys

import canonical
import rows
from pyspark.sql import SparkSession, functions, types

FOLDER = sys.argv[1]
TIMES = ["timestamp", "backtestwindow_start_time", "backtestwindow_end_time"]
NUMBERS = ["target_value", "mean", "p90"]
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.driver.memory": "1g",
    "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
}
builder = SparkSession.builder.master("local[1]")
for setting, value in SETTINGS.items():
    builder = builder.config(setting, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")

SPARK_TYPES = {"text": types.StringType(), "time": types.TimestampType(), "number": types.DoubleType()}
CANONICAL = {
    "text": canonical.text,
    "time": canonical.time,
    "number": canonical.number,
    "metric": lambda value: value if value == "not defined" or value is None else canonical.number(float(value)),
}
FORECASTS = rows.forecasts(3000)
SCHEMA = types.StructType([types.StructField(name, SPARK_TYPES[kind]) for name, kind in rows.KINDS.items()])
frame = spark.createDataFrame(list(zip(*FORECASTS.values())), SCHEMA).coalesce(1).cache()
CASES = {}


def write(name, changed=frame, settings={}, kinds=rows.KINDS, **options):
    """Writes a frame as Spark does, a folder with a part; what it holds is asked of Spark before."""
    path = os.path.join(FOLDER, re.sub(r"\W+", "_", name))
    for setting, value in settings.items():
        spark.conf.set(setting, value)
    changed.write.options(**options).parquet(path)
    for setting in settings:
        spark.conf.unset(setting)
    CASES[name] = {"paths": sorted(glob.glob(f"{path}/part-*.parquet")), "columns": values_of(changed, kinds)}


def values_of(changed, kinds):
    """A frame's values as canonical ones; of decimals Spark's own text is rounded once to a double."""
    shown = []
    for name, kind in kinds.items():
        column = changed[f"`{name}`"]
        if kind == "time":
            column = functions.unix_millis(column.cast("timestamp"))
        shown.append(column)
    columns = list(zip(*changed.select(*shown).collect())) or [()] * len(kinds)
    return {name: [CANONICAL[kind](value) for value in values] for (name, kind), values in zip(kinds.items(), columns)}


def casted(names, kind):
    return frame.select(
        *[frame[name].try_cast(kind).alias(name) if name in names else frame[name] for name in frame.columns]
    )


for codec in ["none", "snappy", "gzip", "zstd", "lz4", "lz4_raw"]:
    for version in ["v1", "v2"]:
        write(f"{codec}, writer version {version}", compression=codec, **{"parquet.writer.version": version})
OUTPUT = "spark.sql.parquet.outputTimestampType"
for kind in ["INT96", "TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"]:
    write(f"times as {kind}", settings={OUTPUT: kind})
    write(f"times as {kind}, without dictionaries", settings={OUTPUT: kind}, **{"parquet.enable.dictionary": "false"})
write("times as TIMESTAMP_NTZ", casted(TIMES, "timestamp_ntz"))
write("times as DATE", casted(TIMES, "date"))
write("numbers as FLOAT", casted(NUMBERS, "float"))
write("numbers as INT", casted(NUMBERS, "int"))
write("numbers as BIGINT", casted(NUMBERS, "bigint"))
for kind in ["decimal(9,3)", "decimal(18,6)", "decimal(38,12)"]:
    write(f"numbers as {kind}", casted(NUMBERS, kind))
    write(
        f"numbers as {kind} in the old format", casted(NUMBERS, kind), {"spark.sql.parquet.writeLegacyFormat": "true"}
    )
SMALL = {"parquet.block.size": "8192", "parquet.page.size": "1024"}
write("several row groups", **SMALL, **{f"parquet.{unit}.size.row.check.min": "10" for unit in ["page", "block"]})
write("texts without dictionaries", **{"parquet.enable.dictionary": "false"})
UNPACKED = {"parquet.enable.dictionary": "false", "parquet.writer.version": "v2"}
write("texts without dictionaries, writer version v2", **UNPACKED)
write(
    "times as TIMESTAMP_MICROS, without dictionaries, writer version v2",
    settings={OUTPUT: "TIMESTAMP_MICROS"},
    **UNPACKED,
)
write("byte stream split", **{"parquet.enable.dictionary": "false", "parquet.enable.bytestreamsplit": "true"})
ACCURACY = {
    "item_id": [f"item_{row // 3}" for row in range(300)],
    "backtest_window": ["Summary" if row % 3 == 0 else "Computed" for row in range(300)],
    "backtestwindow_start_time": [FORECASTS["backtestwindow_start_time"][0]] * 300,
    "backtestwindow_end_time": [FORECASTS["backtestwindow_start_time"][0]] * 300,
    "wQL[0.9]": ["not defined" if row % 5 == 0 else repr(row / 7) for row in range(300)],
    "RMSE": ["not defined" if row % 5 == 0 else None if row % 11 == 1 else repr(row / 3) for row in range(300)],
}
ACCURACY_KINDS = dict(zip(ACCURACY, ["text", "text", "time", "time", "metric", "metric"]))
metrics = spark.createDataFrame(
    list(zip(*ACCURACY.values())),
    types.StructType(
        [types.StructField(n, SPARK_TYPES["time" if k == "time" else "text"]) for n, k in ACCURACY_KINDS.items()]
    ),
).coalesce(1)
write("not defined in metrics as text", metrics, kinds=ACCURACY_KINDS)
write("no rows", frame.limit(0).coalesce(1))


def read(task):
    try:
        found = spark.read.parquet(task["path"])
        return {"types": dict(found.dtypes), "columns": values_of(found, task["kinds"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


answers = [read(task) for task in json.load(sys.stdin)]
canonical.answer({"cases": CASES, "answers": answers, "spark": spark.version})
spark.stop()
