"""Spark as an engine of SQL: its warehouse is in argv[1]; argv[2] has more settings, as JSON."""

import json
import sys

import sql_lines
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.driver.memory": "1g",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.warehouse.dir": sys.argv[1],
    **json.loads(sys.argv[2]),
}
builder = SparkSession.builder.master("local[2]")
for setting, value in SETTINGS.items():
    builder = builder.config(setting, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")
sql_lines.serve(spark.version, lambda sql: spark.sql(sql).collect())
spark.stop()
