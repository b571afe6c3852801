"""Writes tables of random shape with one writer, of whatever version is on the path: argv is folder, writer, first seed and
count. Beside each file stands what a reader must find in it, as JSON; answers the version, the files and how they were made."""

import importlib.metadata
import json
import os
import sys

import canonical
from random_tables import NUMBERS, SCALES, TIMES, Table

FOLDER, WRITER, FIRST, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
INTEGERS = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]


def arrow_table(table):
    """The table in Arrow's types, by whatever version of pyarrow is there."""
    import pyarrow

    kinds = {
        "text": pyarrow.string(),
        "large text": pyarrow.large_string(),
        "category": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        "double": pyarrow.float64(),
        "float": pyarrow.float32(),
        "date": pyarrow.date32(),
        "number as text": pyarrow.string(),
        "text of a time": pyarrow.string(),
        **{name: getattr(pyarrow, name)() for name in INTEGERS + UNSIGNED},
        **{name: pyarrow.decimal128(*scale) for name, scale in SCALES.items()},
        **{f"{unit}{zone}": pyarrow.timestamp(unit, tz=zone.strip() or None) for unit in ["ms", "us", "ns"] for zone in ["", " UTC"]},
        "int96": pyarrow.timestamp("ns"),
    }
    arrays = {}
    for name, values in table.values.items():
        kind = kinds[table.types[name]]
        if table.types[name] == "text of a time":
            values = [value and value.strftime("%Y-%m-%dT%H:%M:%SZ") for value in values]
        elif table.types[name] == "number as text":
            values = [None if value is None else repr(value) for value in values]
        elif pyarrow.types.is_timestamp(kind) and kind.tz is None:
            values = [value and value.replace(tzinfo=None) for value in values]
        arrays[name] = pyarrow.array(values, type=kind)
    return pyarrow.table(arrays)


def with_pyarrow():
    import pyarrow.parquet

    major = int(pyarrow.__version__.split(".")[0])
    numbers = ["double"] * 6 + ["float", *INTEGERS, *UNSIGNED, *SCALES, "number as text"]
    times = ["ms", "ms UTC", "us", "us UTC", "ns", "ns UTC", "date", "int96", "text of a time"]
    ids = ["text"] * 4 + ["large text", "category", "int32", "int64"]

    def write(table, path):
        pick = table.pick
        options = {
            "compression": pick.choice(["none", "snappy", "gzip", "brotli", "zstd", "lz4"]),
            "use_dictionary": pick.random() < 0.7,
            "data_page_version": pick.choice(["1.0", "2.0"]),
            "data_page_size": pick.choice([1, 100, 1000, 10_000, 1 << 20]),
            "write_batch_size": pick.choice([1, 8, 100, 1024]),
            "row_group_size": pick.choice([7, 100, 256, 1000, 1 << 20]),
            "dictionary_pagesize_limit": pick.choice([64, 1024, 1 << 20]),
            "version": pick.choice(["1.0", "2.4", "2.6"]),
        }
        if table.types["timestamp"] == "int96":
            options["use_deprecated_int96_timestamps"] = True
        elif options["version"] == "1.0" and table.types["timestamp"].startswith("ns"):
            options["version"] = "2.6"
        if not options["use_dictionary"] and pick.random() < 0.5:
            doubles = [name for name in NUMBERS if table.types[name] in ("double", "float")]
            options["column_encoding"] = {name: "BYTE_STREAM_SPLIT" for name in doubles}
            if major >= 15:
                texts = [name for name in table.values if table.types[name] == "text"]
                options["column_encoding"].update({n: pick.choice(["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"]) for n in texts})
                longs = [name for name in table.values if table.types[name] in ("int32", "int64", "ms", "us", "ms UTC", "us UTC")]
                if table.types["timestamp"] != "int96":
                    options["column_encoding"].update({name: "DELTA_BINARY_PACKED" for name in longs})
        if major >= 12:
            options["store_schema"] = pick.random() < 0.5
        if major >= 13:
            options["write_page_index"] = pick.random() < 0.3
        if major >= 15:
            options["write_page_checksum"] = pick.random() < 0.3
        arrow = arrow_table(table)
        if options["row_group_size"] < 100 and table.rows > 2000:
            options["row_group_size"] = 300
        pyarrow.parquet.write_table(arrow, path, **options)
        return options

    return numbers, times, ids, True, write


def with_duckdb():
    import duckdb

    version = tuple(int(part) for part in duckdb.__version__.split(".")[:2])
    numbers = ["double"] * 5 + ["float", *INTEGERS, *UNSIGNED, *SCALES, "number as text"]
    times = ["ms", "us", "us UTC", "ns", "date", "text of a time"]
    ids = ["text"] * 4 + ["int32", "int64"]
    database = duckdb.connect()

    def write(table, path):
        pick = table.pick
        options = {"COMPRESSION": pick.choice(["uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"])}
        options["ROW_GROUP_SIZE"] = pick.choice([2048, 4096, 122880])
        if version >= (1, 2):
            options["PARQUET_VERSION"] = pick.choice(["V1", "V2"])
            options["DICTIONARY_SIZE_LIMIT"] = pick.choice([1, 100, 100_000])
        database.register("made", arrow_table(table))
        told = ", ".join(f"{name} {value}" for name, value in options.items())
        database.execute(f"COPY (SELECT * FROM made) TO '{path}' (FORMAT parquet, {told})")
        database.unregister("made")
        return options

    return numbers, times, ids, True, write


def with_polars():
    import polars

    numbers = ["double"] * 5 + ["float", *INTEGERS, *UNSIGNED, "number as text"]
    times = ["ms", "ms UTC", "us", "us UTC", "ns", "ns UTC", "date", "text of a time"]
    ids = ["text"] * 4 + ["category", "int32", "int64"]
    kinds = {
        "text": polars.Utf8,
        "category": polars.Utf8,
        "double": polars.Float64,
        "float": polars.Float32,
        "date": polars.Date,
        "number as text": polars.Utf8,
        "text of a time": polars.Utf8,
        **{name: getattr(polars, name.replace("ui", "UI").replace("i", "I", 1) if name[0] == "u" else name.replace("i", "I", 1)) for name in INTEGERS + UNSIGNED},
        **{f"{unit}{zone}": polars.Datetime(unit, zone.strip() or None) for unit in ["ms", "us", "ns"] for zone in ["", " UTC"]},
    }

    def write(table, path):
        pick = table.pick
        columns = []
        for name, values in table.values.items():
            kind = table.types[name]
            if kind == "text of a time":
                values = [value and value.strftime("%Y-%m-%dT%H:%M:%SZ") for value in values]
            elif kind == "number as text":
                values = [None if value is None else repr(value) for value in values]
            elif kind in ("ms", "us", "ns"):
                values = [value and value.replace(tzinfo=None) for value in values]
            series = polars.Series(name, values, dtype=kinds[kind])
            columns.append(series.cast(polars.Categorical) if kind == "category" else series)
        options = {
            "compression": pick.choice(["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4"]),
            "row_group_size": pick.choice([100, 256, 1000, None]),
            "data_page_size": pick.choice([100, 1000, None]),
            "statistics": pick.random() < 0.5,
        }
        polars.DataFrame(columns).write_parquet(path, **options)
        return options

    return numbers, times, ids, True, write


def with_fastparquet():
    import fastparquet
    import fastparquet.writer
    import pandas

    numbers = ["double"] * 5 + ["float", *INTEGERS, *UNSIGNED]
    # of another unit than nanoseconds INT96 is written as if it were of them
    times = ["ns", "ns UTC", "int96"] + (["ms", "us", "us UTC"] if int(pandas.__version__.split(".")[0]) >= 2 else [])
    ids = ["text"] * 3 + ["category", "int32", "int64"]

    def series(table, name):
        values, kind = table.values[name], table.types[name]
        if table.kinds[name] == "time":
            unit = "ns" if kind == "int96" else kind.split()[0]
            naive = pandas.Series([value and value.replace(tzinfo=None) for value in values], dtype=f"datetime64[{unit}]")
            return naive.dt.tz_localize("UTC") if kind.endswith("UTC") else naive
        if kind in ("text", "category"):
            texts = pandas.Series(values, dtype=object)
            return texts.astype("category") if kind == "category" else texts
        if kind in INTEGERS + UNSIGNED:
            whole = kind.replace("ui", "UI").replace("i", "I", 1) if kind[0] == "u" else kind.replace("i", "I", 1)
            return pandas.Series(values, dtype=whole if None in values else kind)
        return pandas.Series(values, dtype="float32" if kind == "float" else "float64")

    def write(table, path):
        pick = table.pick
        frame = pandas.DataFrame({name: series(table, name) for name in table.values})
        options = {
            "compression": pick.choice([None, "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4"]),
            "times": "int96" if table.types["timestamp"] == "int96" else "int64",
            "object_encoding": "utf8",
            "row_group_offsets": pick.choice([100, 256, 1000, 50_000_000]),
        }
        options["has_nulls"] = True if pick.random() < 0.5 else [n for n in table.values if None in table.values[n] or table.kinds[n] == "number"]
        fastparquet.writer.MAX_PAGE_SIZE = pick.choice([1000, 500 * 2**20])
        fastparquet.writer.DATAPAGE_VERSION = pick.choice([1, 2])
        fastparquet.write(path, frame, **options)
        return {**options, "pages": fastparquet.writer.DATAPAGE_VERSION}

    return numbers, times, ids, False, write


def with_spark():
    # of a made folder of plain Parquet Spark's own files are written, by parquet-mr of version 1 and 2
    from spark_random import writer

    return writer(arrow_table)


numbers, times, ids, nan, write = {
    "pyarrow": with_pyarrow,
    "duckdb": with_duckdb,
    "polars": with_polars,
    "fastparquet": with_fastparquet,
    "pyspark": with_spark,
}[WRITER]()
cases = []
for seed in range(FIRST, FIRST + COUNT):
    # DuckDB 1.2 to 1.5 makes -0 and 0 one in a dictionary
    table = Table(seed, numbers, times, ids, nan, negative_zero=WRITER != "duckdb")
    path = os.path.join(FOLDER, f"{WRITER}-{seed}.parquet")
    made = write(table, path)
    expected = table.expected()
    with open(f"{path}.json", "w") as file:
        json.dump(expected, file, allow_nan=False)
    types = {name: table.types[name] for name in table.values}
    options = {name: str(value) for name, value in made.items()}
    digest = canonical.digest(expected)
    cases.append({"seed": seed, "path": path, "rows": table.rows, "types": types, "options": options, "digest": digest})
canonical.answer({"version": importlib.metadata.version(WRITER), "cases": cases})
