"""Spark as a writer of random tables, for write_random.py."""

import glob
import os
import shutil
import tempfile


def writer(arrow_table):
    """Types that Spark has, and how it writes a table: given to it as plain Parquet, which its own files are made of."""
    import pyarrow.parquet
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.memory": "1g",
        "spark.sql.legacy.parquet.nanosAsLong": "false",
    }
    builder = SparkSession.builder.master("local[1]")
    for setting, value in settings.items():
        builder = builder.config(setting, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    folder = tempfile.mkdtemp()

    def write(table, path):
        pick = table.pick
        plain, out = os.path.join(folder, "plain.parquet"), os.path.join(folder, "out")
        pyarrow.parquet.write_table(arrow_table(table), plain, version="2.6", compression="none", use_dictionary=False)
        options = {
            "compression": pick.choice(["none", "snappy", "gzip", "zstd", "lz4", "lz4_raw"]),
            "parquet.writer.version": pick.choice(["v1", "v2"]),
            "parquet.enable.dictionary": pick.choice(["true", "true", "false"]),
            "parquet.page.size": pick.choice(["100", "1000", "1048576"]),
            "parquet.page.row.count.limit": pick.choice(["100", "256", "20000"]),
            "parquet.block.size": pick.choice(["8192", "134217728"]),
            "parquet.page.size.row.check.min": "10",
            "parquet.block.size.row.check.min": "10",
        }
        kind = pick.choice(["INT96", "TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"])
        spark.conf.set("spark.sql.parquet.outputTimestampType", kind)
        shutil.rmtree(out, ignore_errors=True)
        spark.read.parquet(plain).coalesce(1).write.options(**options).parquet(out)
        (part,) = glob.glob(f"{out}/part-*.parquet")
        shutil.move(part, path)
        spark.catalog.clearCache()
        return {**options, "times": kind}

    numbers = ["double"] * 5 + ["float", "int8", "int16", "int32", "int64", "decimal(9,2)", "decimal(18,4)", "decimal(38,6)", "number as text"]
    return numbers, ["us", "us UTC", "ms UTC", "date", "text of a time"], ["text"] * 4 + ["int32", "int64"], True, write
