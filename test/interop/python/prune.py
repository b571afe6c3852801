"""Counts the rows that a filter leaves in files of which other row groups or pages are spoiled. Tasks and answers are JSON."""

import datetime
import json
import sys


def value_of(task):
    if task["kind"] == "text":
        return task["value"]
    return datetime.datetime.fromtimestamp(task["value"] / 1000, datetime.timezone.utc)


def pyarrow(task):
    import pyarrow.parquet as pq

    table = pq.read_table(task["path"], filters=None if task["all"] else [(task["column"], "==", value_of(task))])
    return table.num_rows


def polars(task):
    import polars as pl

    rows = pl.scan_parquet(task["path"])
    if not task["all"]:
        rows = rows.filter(pl.col(task["column"]) == value_of(task))
    return rows.collect().height


spark_session = None


def spark(task):
    global spark_session
    from pyspark.sql import SparkSession, functions

    if spark_session is None:
        options = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "1"}
        builder = SparkSession.builder.master("local[1]")
        for name, value in options.items():
            builder = builder.config(name, value)
        spark_session = builder.getOrCreate()
        spark_session.sparkContext.setLogLevel("OFF")
    rows = spark_session.read.parquet(task["path"])
    if not task["all"]:
        rows = rows.filter(functions.col(task["column"]) == functions.lit(value_of(task)))
    return len(rows.collect())


def answer(task):
    try:
        return {"rows": {"pyarrow": pyarrow, "polars": polars, "Spark": spark}[task["engine"]](task)}
    except Exception as error:
        return {"error": str(error)[:200]}


def statistics(path):
    """What pyarrow reads of the statistics, and what it writes for the same row groups."""
    import pyarrow.parquet as pq

    def told(file):
        found = pq.ParquetFile(file).metadata
        chunks = []
        for group in range(found.num_row_groups):
            for index in range(found.num_columns):
                stats = found.row_group(group).column(index).statistics
                bounds = [str(stats.min), str(stats.max)] if stats.has_min_max else None
                chunks.append([stats.null_count, bounds])
        return chunks

    copy = path + ".pyarrow"
    with pq.ParquetFile(path) as source, pq.ParquetWriter(copy, source.schema_arrow) as writer:
        for group in range(source.metadata.num_row_groups):
            writer.write_table(source.read_row_group(group))
    return [told(path), told(copy)]


def main():
    tasks = json.load(sys.stdin)
    answers = [statistics(task["path"]) if task["engine"] == "statistics" else answer(task) for task in tasks]
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
