"""Writes Parquet files with fastparquet and polars into the folder argv[1]; answers what each holds, by its name."""

import os
import re
import sys

import canonical
import fastparquet
import pandas
import polars
import rows

FOLDER = sys.argv[1]
CASES = {}
CANONICAL = {"text": canonical.text, "time": canonical.time, "number": canonical.number}
FORECASTS = rows.forecasts(1000)
TIMES = ["timestamp", "backtestwindow_start_time", "backtestwindow_end_time"]
NUMBERS = ["target_value", "mean", "p90"]
# in NumPy columns a missing number is NaN, and fastparquet writes a NaN as null
NAN_IS_NULL = {
    name: [None if value is None or value != value else value for value in values] for name, values in FORECASTS.items()
}
FRAME = pandas.DataFrame(
    {n: pandas.Series(v, dtype=object if rows.KINDS[n] == "text" else None) for n, v in FORECASTS.items()}
)


def path_of(name):
    return os.path.join(FOLDER, re.sub(r"\W+", "_", name) + ".parquet")


def tell(name, columns):
    read = {column: [CANONICAL[rows.KINDS[column]](value) for value in values] for column, values in columns.items()}
    CASES[name] = {"path": path_of(name), "columns": read}


def with_fastparquet(name, frame=FRAME, expected=NAN_IS_NULL, **options):
    name = f"fastparquet, {name}"
    fastparquet.write(path_of(name), frame, row_group_offsets=300, object_encoding="utf8", **options)
    tell(name, expected)


for codec in [None, "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4", "LZ4_RAW"]:
    with_fastparquet(str(codec), compression=codec)
# of other units it writes the count as if it were nanoseconds
nanoseconds = FRAME.astype({name: "datetime64[ns, UTC]" for name in TIMES})
with_fastparquet("times as INT96", nanoseconds, times="int96")
for unit in ["ms", "us"]:
    with_fastparquet(f"times in {unit}", FRAME.astype({name: f"datetime64[{unit}, UTC]" for name in TIMES}))
    with_fastparquet(
        f"times in {unit} without a zone",
        FRAME.assign(**{name: FRAME[name].dt.tz_localize(None).astype(f"datetime64[{unit}]") for name in TIMES}),
    )
with_fastparquet("categories", FRAME.astype({"item_id": "category"}))
full = FRAME.fillna({name: 0.5 for name in NUMBERS}).assign(backtestwindow_end_time=FRAME["timestamp"])
with_fastparquet("required columns", full, {name: list(full[name]) for name in rows.NAMES}, has_nulls=False)
floats = FRAME.astype({name: "float32" for name in NUMBERS})
nullable = lambda series: [None if pandas.isna(value) else value for value in series]
with_fastparquet("numbers as float32", floats, {name: nullable(floats[name]) for name in rows.NAMES})
for kind in ["Int8", "Int16", "Int32", "Int64"]:
    whole = FRAME.assign(**{name: (FRAME["p90"] - 50).astype(kind).mask(FRAME.index % 7 == 3) for name in NUMBERS})
    with_fastparquet(f"numbers as {kind}", whole, {name: nullable(whole[name]) for name in rows.NAMES})


def with_polars(name, frame, expected=FORECASTS, **options):
    name = f"polars, {name}"
    frame.write_parquet(path_of(name), row_group_size=300, **options)
    tell(name, expected)


def polars_frame(unit="us", zone="UTC"):
    kinds = {"text": polars.String, "time": polars.Datetime(unit, zone), "number": polars.Float64}
    values = {
        name: [value and value.replace(tzinfo=None) for value in column] if name in TIMES and zone is None else column
        for name, column in FORECASTS.items()
    }
    return polars.DataFrame(values, schema={name: kinds[kind] for name, kind in rows.KINDS.items()})


PLAIN = polars_frame()
for codec in ["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    with_polars(codec, PLAIN, compression=codec)
with_polars("several pages", PLAIN, data_page_size=1000)
for unit in ["ms", "us", "ns"]:
    for zone in [None, "UTC"]:
        with_polars(f"times in {unit}, {zone or 'no zone'}", polars_frame(unit, zone))
with_polars("categories", PLAIN.with_columns(polars.col("item_id").cast(polars.Categorical)))
with_polars(
    "times as dates",
    PLAIN.with_columns(polars.col(TIMES).cast(polars.Date)),
    {
        name: [value and value.replace(hour=0, minute=0, second=0, microsecond=0) for value in values]
        if name in TIMES
        else values
        for name, values in FORECASTS.items()
    },
)
single = PLAIN.with_columns(polars.col(NUMBERS).cast(polars.Float32))
with_polars("numbers as Float32", single, {name: single[name].to_list() for name in rows.NAMES})
for kind in [polars.Int8, polars.Int16, polars.Int32, polars.Int64]:
    whole = PLAIN.with_columns(polars.col(NUMBERS).cast(kind, strict=False))
    with_polars(f"numbers as {kind}", whole, {name: whole[name].to_list() for name in rows.NAMES})
hundredths = PLAIN.with_columns(polars.col("p90").cast(polars.Decimal(18, 2)).alias(name) for name in NUMBERS)
with_polars("numbers as Decimal", hundredths, {name: hundredths[name].to_list() for name in rows.NAMES})

canonical.answer(CASES)
