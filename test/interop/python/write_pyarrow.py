"""Writes Parquet files with pyarrow and pandas into the folder argv[1]; answers what each holds, by its name."""

import datetime
import decimal
import os
import re
import sys

import canonical
import numpy
import pandas
import pyarrow
import pyarrow.parquet
import rows

FOLDER = sys.argv[1]
CASES = {}
UTC = datetime.timezone.utc
CANONICAL = {"text": canonical.text, "time": canonical.time, "number": canonical.number}


def canonical_columns(columns, kinds):
    return {column: [CANONICAL[kinds[column]](value) for value in values] for column, values in columns.items()}


def tell(name, columns, kinds):
    CASES[name] = {"path": path_of(name), "columns": canonical_columns(columns, kinds)}


def path_of(name):
    return os.path.join(FOLDER, re.sub(r"\W+", "_", name) + ".parquet")


FORECASTS = rows.forecasts(1000)
STAMP = pyarrow.timestamp("ms", tz="UTC")
PLAIN_TYPES = {"text": pyarrow.string(), "time": STAMP, "number": pyarrow.float64()}


def table_of(columns, types={}, required=()):
    fields = [
        pyarrow.field(name, types.get(name) or PLAIN_TYPES[rows.KINDS[name]], nullable=name not in required)
        for name in columns
    ]
    arrays = [pyarrow.array(values, type=field.type) for field, values in zip(fields, columns.values())]
    return pyarrow.table(arrays, schema=pyarrow.schema(fields))


def forecasts(name, types={}, columns=FORECASTS, required=(), expected=None, **options):
    pyarrow.parquet.write_table(table_of(columns, types, required), path_of(name), **options)
    tell(name, expected or columns, rows.KINDS)


# How values are packed and encoded.
PAGES = {"row_group_size": 400, "data_page_size": 1024}
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    for version in ["1.0", "2.0"]:
        for dictionary in [False, True]:
            name = f"{codec}, data pages {version}, {'with' if dictionary else 'without'} dictionaries"
            more = {"use_dictionary": dictionary, "write_page_checksum": dictionary, **PAGES}
            forecasts(name, compression=codec, data_page_version=version, **more)
TEXT_ENCODINGS = ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]
for encoding in TEXT_ENCODINGS:
    for version in ["1.0", "2.0"]:
        more = {"use_dictionary": False, "data_page_version": version, **PAGES}
        forecasts(f"texts {encoding}, data pages {version}", column_encoding={"item_id": encoding}, **more)
for encoding in ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]:
    columns = {name: encoding for name in ["timestamp", "backtestwindow_start_time", "backtestwindow_end_time"]}
    forecasts(f"times {encoding}", use_dictionary=False, column_encoding=columns, **PAGES)
for encoding in ["PLAIN", "BYTE_STREAM_SPLIT"]:
    columns = {name: encoding for name in ["target_value", "mean", "p90"]}
    forecasts(f"doubles {encoding}", use_dictionary=False, column_encoding=columns, **PAGES)
forecasts("dictionaries that overflow into plain pages", dictionary_pagesize_limit=256, **PAGES)
forecasts("page index and bloom-free statistics", write_page_index=True, write_statistics=True, **PAGES)
forecasts("format version 1.0", version="1.0", **PAGES)
forecasts("format version 2.4", version="2.4", **PAGES)
forecasts("no Arrow schema in the footer", store_schema=False, **PAGES)
forecasts("no rows", columns={name: [] for name in rows.NAMES})
REQUIRED = [name for name in rows.NAMES if None not in FORECASTS[name]]
for dictionary in [False, True]:
    word = "with" if dictionary else "without"
    forecasts(f"required columns, {word} dictionaries", required=REQUIRED, use_dictionary=dictionary, **PAGES)

# What types values have.
TIMES = ["timestamp", "backtestwindow_start_time", "backtestwindow_end_time"]
NUMBERS = ["target_value", "mean", "p90"]


def replaced(names, convert):
    """The rows with some columns converted; nulls stay."""
    return {
        name: [convert(value) if name in names and value is not None else value for value in values]
        for name, values in FORECASTS.items()
    }


for unit in ["s", "ms", "us", "ns"]:
    for zone in [None, "UTC", "America/New_York"]:
        types = {name: pyarrow.timestamp(unit, tz=zone) for name in TIMES}
        columns = FORECASTS if unit != "s" else replaced(TIMES, lambda time: time.replace(microsecond=0))
        naive = (
            columns
            if zone
            else {
                name: [value and value.replace(tzinfo=None) for value in values] if name in TIMES else values
                for name, values in columns.items()
            }
        )
        forecasts(f"times in {unit}, {zone or 'no zone'}", types, columns=naive, expected=columns, **PAGES)
forecasts(
    "times as INT96",
    {name: pyarrow.timestamp("ns") for name in TIMES},
    columns={n: [v and v.replace(tzinfo=None) for v in vs] if n in TIMES else vs for n, vs in FORECASTS.items()},
    use_deprecated_int96_timestamps=True,
    **PAGES,
)
for bits, kind in [("32", pyarrow.date32()), ("64", pyarrow.date64())]:
    forecasts(
        f"times as date{bits}", {n: kind for n in TIMES}, columns=replaced(TIMES, lambda time: time.date()), **PAGES
    )
SPELLINGS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+0000", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
for spelling in SPELLINGS:
    whole = replaced(TIMES, lambda time: time.replace(microsecond=0) if "H" in spelling else time.date())
    texts = {n: [v and v.strftime(spelling) for v in vs] if n in TIMES else vs for n, vs in whole.items()}
    name = f"times as text {spelling}"
    pyarrow.parquet.write_table(table_of(texts, {n: pyarrow.string() for n in TIMES}), path_of(name), **PAGES)
    tell(name, whole, rows.KINDS)

as_float = lambda value: float(numpy.float32(value)) if abs(value) < 1e38 or value != value else value / abs(value)
floats = replaced(NUMBERS, lambda value: as_float(value) if abs(value) != float("inf") else value)
forecasts("float32", {n: pyarrow.float32() for n in NUMBERS}, columns=floats, **PAGES)
for bits, kind in [("8", pyarrow.int8()), ("16", pyarrow.int16()), ("32", pyarrow.int32()), ("64", pyarrow.int64())]:
    most = min(2 ** (int(bits) - 1) - 1, 2**53)
    least = max(-(2 ** (int(bits) - 1)), -(2**53))
    odd = [0, 1, -1, most, least]
    columns = {
        n: [odd[i % 7] if i % 7 < 5 else None for i in range(1000)] if n in NUMBERS else vs
        for n, vs in FORECASTS.items()
    }
    for encoding in ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]:
        if encoding == "BYTE_STREAM_SPLIT" and bits in ("8", "16"):
            continue
        more = {"use_dictionary": False, "column_encoding": {n: encoding for n in NUMBERS}, **PAGES}
        forecasts(f"int{bits} {encoding}", {n: kind for n in NUMBERS}, columns=columns, **more)
    forecasts(f"int{bits} through dictionaries", {n: kind for n in NUMBERS}, columns=columns, **PAGES)
for precision, scale in [(5, 2), (9, 0), (15, 3), (18, 10), (30, 12), (38, 38), (38, 0)]:
    digits = int("123456789" * 5) // 10 ** (45 - precision)
    unscaled = [0, 1, -1, digits, -digits, 10 ** (precision - 1), 25]
    with decimal.localcontext(decimal.Context(prec=80)):
        odd = [decimal.Decimal(value).scaleb(-scale) for value in unscaled]
    columns = {
        n: [odd[i % 8] if i % 8 < 7 else None for i in range(1000)] if n in NUMBERS else vs
        for n, vs in FORECASTS.items()
    }
    types = {n: pyarrow.decimal128(precision, scale) for n in NUMBERS}
    for integer in [False, True]:
        if integer and precision > 18:
            continue
        name = f"decimal128({precision}, {scale}){' as integers' if integer else ''}"
        forecasts(name, types, columns=columns, store_decimal_as_integer=integer, use_dictionary=False, **PAGES)
    forecasts(f"decimal128({precision}, {scale}) through dictionaries", types, columns=columns, **PAGES)
forecasts(
    "decimal256(76, 40)",
    {n: pyarrow.decimal256(76, 40) for n in NUMBERS},
    columns={n: [decimal.Decimal("1.5"), None] * 500 if n in NUMBERS else vs for n, vs in FORECASTS.items()},
)
forecasts("large strings", {"item_id": pyarrow.large_string()}, **PAGES)
forecasts("string views", {"item_id": pyarrow.string_view()}, **PAGES)
forecasts(
    "texts as plain bytes",
    {"item_id": pyarrow.binary()},
    columns={**FORECASTS, "item_id": [t.encode() for t in FORECASTS["item_id"]]},
    expected=FORECASTS,
    **PAGES,
)
forecasts("dictionary-typed texts", {"item_id": pyarrow.dictionary(pyarrow.int32(), pyarrow.string())}, **PAGES)
forecasts("dictionary-typed numbers", {"p90": pyarrow.dictionary(pyarrow.int8(), pyarrow.float64())}, **PAGES)
forecasts(
    "numbers as text",
    {n: pyarrow.string() for n in NUMBERS},
    columns=replaced(NUMBERS, repr),
    expected=FORECASTS,
    **PAGES,
)
for bits, kind in [("8", pyarrow.uint8()), ("16", pyarrow.uint16()), ("32", pyarrow.uint32()), ("64", pyarrow.uint64())]:
    odd = [0, 1, min(2 ** int(bits) - 1, 2**53), 7]
    columns = {
        n: [odd[i % 5] if i % 5 < 4 else None for i in range(1000)] if n in NUMBERS else vs
        for n, vs in FORECASTS.items()
    }
    forecasts(f"uint{bits}", {n: kind for n in NUMBERS}, columns=columns, **PAGES)
    forecasts(f"uint{bits} PLAIN", {n: kind for n in NUMBERS}, columns=columns, use_dictionary=False, **PAGES)
for kind, odd in [
    (pyarrow.int64(), [-(2**63), 2**63 - 1, 0, 12, 12]),
    (pyarrow.int16(), [-7, 12, 0]),
    (pyarrow.uint64(), [0, 2**64 - 1, 12]),
]:
    ids = [odd[i % len(odd)] for i in range(1000)]
    shown = {**FORECASTS, "item_id": [str(value) for value in ids]}
    for dictionary in [False, True]:
        name = f"item ids of {kind}, {'with' if dictionary else 'without'} dictionaries"
        more = {"expected": shown, "use_dictionary": dictionary, **PAGES}
        forecasts(name, {"item_id": kind}, columns={**FORECASTS, "item_id": ids}, **more)
nothing = {**FORECASTS, "target_value": [None] * 1000, "backtestwindow_end_time": [None] * 1000}
forecasts("columns of type null", {n: pyarrow.null() for n in ["target_value", "backtestwindow_end_time"]}, columns=nothing)
forecasts("a column of nothing but nulls", columns={**FORECASTS, "target_value": [None] * 1000}, **PAGES)
dimensioned = {"region": [None if i % 3 == 0 else f"r{i % 5}" for i in range(1000)]}
table = table_of(FORECASTS).add_column(1, "region", pyarrow.array(dimensioned["region"]))
pyarrow.parquet.write_table(table, path_of("a null dimension"), **PAGES)
shown = {"item_id": FORECASTS["item_id"], "region": [text or "" for text in dimensioned["region"]]}
tell("a null dimension", {**shown, **{n: FORECASTS[n] for n in rows.NAMES[1:]}}, {**rows.KINDS, "region": "text"})

# accuracy-metrics-values, with metrics as text
WINDOW = datetime.datetime(2021, 11, 1, tzinfo=UTC)
accuracy = {
    "item_id": [f"item_{i}" for i in range(300)],
    "backtest_window": ["Summary" if i % 3 == 0 else "Computed" for i in range(300)],
    "backtestwindow_start_time": [WINDOW] * 300,
    "backtestwindow_end_time": [WINDOW] * 300,
    "wQL[0.9]": ["not defined" if i % 5 == 0 else repr(i / 7) for i in range(300)],
    "Average wQL": ["not defined" if i % 5 == 0 else (None if i % 11 == 1 else repr(i / 3)) for i in range(300)],
    "RMSE": [None if i % 5 == 0 else i / 11 for i in range(300)],
}
for dictionary in [False, True]:
    name = f"not defined in metrics as text, {'with' if dictionary else 'without'} dictionaries"
    pyarrow.parquet.write_table(pyarrow.table(accuracy), path_of(name), use_dictionary=dictionary, row_group_size=100)
    read = {
        column: [
            value
            if kind == "text" or value == "not defined"
            else CANONICAL[kind](float(value) if kind == "number" and value is not None else value)
            for value in accuracy[column]
        ]
        for column, kind in zip(accuracy, ["text", "text", "time", "time", "number", "number", "number"])
    }
    CASES[name] = {"path": path_of(name), "columns": read}

# pandas
frame = pandas.DataFrame(
    {
        name: pandas.Series(values, dtype=object if rows.KINDS[name] == "text" else None)
        for name, values in FORECASTS.items()
    }
)
nan_is_null = {**FORECASTS}
for name in NUMBERS:
    nan_is_null[name] = [None if value is None or value != value else value for value in FORECASTS[name]]
for compression in [None, "snappy", "gzip", "brotli", "zstd", "lz4"]:
    frame.to_parquet(path_of(f"pandas, {compression}"), compression=compression, index=False)
    tell(f"pandas, {compression}", nan_is_null, rows.KINDS)
frame.astype({"item_id": "category"}).to_parquet(path_of("pandas, categories"), index=False)
tell("pandas, categories", nan_is_null, rows.KINDS)
frame.convert_dtypes(dtype_backend="pyarrow").to_parquet(path_of("pandas, Arrow types"), index=False)
tell("pandas, Arrow types", nan_is_null, rows.KINDS)


def with_pandas(name, changed, expected=nan_is_null, **options):
    changed.to_parquet(path_of(f"pandas, {name}"), index=False, **options)
    tell(f"pandas, {name}", expected, rows.KINDS)


with_pandas("several row groups", frame, row_group_size=300)
for unit in ["ms", "us", "ns"]:
    with_pandas(f"times in {unit}, UTC", frame.astype({name: f"datetime64[{unit}, UTC]" for name in TIMES}))
no_zone = frame.assign(**{name: frame[name].dt.tz_localize(None) for name in TIMES})
with_pandas("times in us, no zone", no_zone)
with_pandas("times as INT96", no_zone, use_deprecated_int96_timestamps=True)
single = frame.assign(**{name: frame["p90"].astype("float32") / 3 for name in NUMBERS})
with_pandas("numbers as float32", single, {**nan_is_null, **{name: single[name].tolist() for name in NUMBERS}})
whole = frame.assign(**{name: frame["p90"].astype("Int64").mask(frame.index % 7 == 3) for name in NUMBERS})
missing = [None if i % 7 == 3 else value for i, value in enumerate(FORECASTS["p90"])]
with_pandas("numbers as Int64", whole, {**nan_is_null, **{name: missing for name in NUMBERS}})
pandas.DataFrame(accuracy).to_parquet(path_of("pandas, not defined in metrics as text"), index=False)
CASES["pandas, not defined in metrics as text"] = {
    "path": path_of("pandas, not defined in metrics as text"),
    "columns": read,
}


# An export as Spark lays one out: parts named by it, snappy, INT96, every column optional.
def spark_like(folder, table, name, columns):
    path = os.path.join(FOLDER, "export", folder)
    os.makedirs(path, exist_ok=True)
    for part, start in enumerate(range(0, len(table), 500)):
        file = os.path.join(path, f"{name}_bike_2021-12-14T13-20-10Z_part{part}.c000.snappy.parquet")
        options = {"compression": "snappy", "use_deprecated_int96_timestamps": True, "version": "1.0"}
        pyarrow.parquet.write_table(table.slice(start, 500), file, store_schema=False, **options)
    return columns


EXPORT = {
    "path": os.path.join(FOLDER, "export"),
    "forecasted-values": spark_like(
        "forecasted-values", table_of(FORECASTS), "Forecasts", canonical_columns(FORECASTS, rows.KINDS)
    ),
    "accuracy-metrics-values": spark_like("accuracy-metrics-values", pyarrow.table(accuracy), "Accuracy", read),
}

# What must be refused; the other side knows how.
REFUSED = {}


def refused(name, column, values, kind):
    columns = {n: vs[:3] for n, vs in FORECASTS.items()}
    columns[column] = values
    table = table_of(columns, {column: kind})
    pyarrow.parquet.write_table(table, path_of(name))
    REFUSED[name] = path_of(name)


second = datetime.datetime(2021, 11, 1, 0, 0, 1)
refused(
    "a time with a part of a millisecond, in microseconds",
    "timestamp",
    [second, second.replace(microsecond=1), second],
    pyarrow.timestamp("us"),
)
refused(
    "a time with a part of a millisecond, in nanoseconds",
    "timestamp",
    [1_000_000, 1_000_001, 0],
    pyarrow.timestamp("ns"),
)
refused("a time of day", "timestamp", [second.time()] * 3, pyarrow.time32("ms"))
refused("a date beyond what a time can be", "timestamp", [0, 2**31 - 1, 0], pyarrow.date32())
refused("a time beyond what a time can be", "timestamp", [0, 2**62, 0], pyarrow.timestamp("ms"))
refused("an integer that is no double", "mean", [1, 2**53 + 1, 2], pyarrow.int64())
refused("a half float", "mean", [numpy.float16(1)] * 3, pyarrow.float16())
refused("a truth value", "mean", [True, False, True], pyarrow.bool_())
refused("a list", "mean", [[1.0], [], [2.0]], pyarrow.list_(pyarrow.float64()))
refused("a struct", "mean", [{"x": 1.0}] * 3, pyarrow.struct([("x", pyarrow.float64())]))
refused("an item id that is null", "item_id", ["a", None, "b"], pyarrow.string())
refused("an item id that is not UTF-8", "item_id", [b"a", b"\xff", b"b"], pyarrow.binary())
refused("`not defined` in a forecast", "mean", ["1.5", "not defined", "2"], pyarrow.string())
frame.head(3).set_index("item_id", drop=False).rename_axis("index").to_parquet(
    path_of("an index of pandas as a column")
)
REFUSED["an index of pandas as a column"] = path_of("an index of pandas as a column")

canonical.answer({"cases": CASES, "export": EXPORT, "refused": REFUSED})
