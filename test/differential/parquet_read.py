"""Reads Parquet files with pyarrow or DuckDB, argv[1]: a line of JSON for each on stdin, {path, kinds}; answers a line each,
{digest} of its values in canonical form or {refused}. Its process may end at a damaged file; ../parquet.mjs then goes on."""

import datetime
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "interop", "python"))

import canonical
import pyarrow
import pyarrow.parquet

UNITS = {"s": 1000, "ms": 1, "us": 1000, "ns": 1_000_000}


def with_pyarrow(path):
    # one thread, as damage may stop a pool of them; times of INT96 in a unit that holds them all
    file = pyarrow.parquet.ParquetFile(path, coerce_int96_timestamp_unit="ms", page_checksum_verification=True)
    return file.read(use_threads=False)


def with_duckdb():
    import duckdb

    database = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})

    def read(path):
        found = database.execute("SELECT * FROM read_parquet(?, binary_as_string = true)", [path])
        table = found.to_arrow_table() if hasattr(found, "to_arrow_table") else found.arrow()
        return table.read_all() if hasattr(table, "read_all") else table

    return read


def times(column):
    kind = column.type
    if pyarrow.types.is_timestamp(kind):
        values = column.cast(pyarrow.int64()).to_pylist()
        if kind.unit == "s":
            return [None if value is None else value * 1000 for value in values]
        per = UNITS[kind.unit]
        return [None if value is None else value // per if value % per == 0 else f"{value} {kind.unit}" for value in values]
    if pyarrow.types.is_date32(kind):
        return [None if value is None else value * 86_400_000 for value in column.cast(pyarrow.int32()).to_pylist()]
    return [time_of(value) for value in column.to_pylist()]


def time_of(value):
    if value is None or value == "" or value == b"":
        return None
    text = value.decode() if isinstance(value, bytes) else str(value)
    zone = re.sub(r"Z$|[+]0000$|[+]00(:00)?$", "", text).replace(" ", "T")
    return canonical.time(datetime.datetime.fromisoformat(zone))


def numbers(column):
    return [number_of(value) for value in column.to_pylist()]


def number_of(value):
    if isinstance(value, bytes):
        value = value.decode()
    if value is None or value == "":
        return None
    return canonical.number(value)


def texts(column):
    return ["" if v is None else v.decode() if isinstance(v, bytes) else str(v) for v in column.to_pylist()]


CONVERT = {"text": texts, "time": times, "number": numbers}
read = with_pyarrow if sys.argv[1] == "pyarrow" else with_duckdb()
for line in sys.stdin:
    task = json.loads(line)
    try:
        table = read(task["path"])
        columns = {name: CONVERT[kind](table.column(name)) for name, kind in task["kinds"].items()}
        answer = {"digest": canonical.digest(columns)}
    except BaseException as error:
        answer = {"refused": f"{type(error).__name__}: {str(error)[:200]}"}
    print(json.dumps(answer), flush=True)
