"""Reads Parquet files and folders; stdin is a list of {engine, path, kinds}, the answer a list in that order."""

import json
import sys

import canonical
import fastparquet
import pandas
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet


def arrow_columns(table, kinds):
    def values(name, kind):
        column = table.column(name)
        if kind == "time":
            return column.cast(pyarrow.timestamp("ms", tz="UTC")).cast(pyarrow.int64()).to_pylist()
        return column.to_pylist() if kind == "text" else [canonical.number(value) for value in column.to_pylist()]

    return {name: values(name, kind) for name, kind in kinds.items()}


def read_arrow(path, kinds):
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
    columns = [group.column(index) for group in groups for index in range(group.num_columns)]
    table = file.read()
    table.validate(full=True)
    return {
        "types": {field.name: f"{field.type}{'' if field.nullable else ' required'}" for field in file.schema_arrow},
        "groups": [group.num_rows for group in groups],
        "codecs": sorted({column.compression for column in columns}),
        "encodings": sorted({encoding for column in columns for encoding in column.encodings}),
        "nulls": sum(column.statistics.null_count for column in columns),
        "columns": arrow_columns(table, kinds),
    }


def read_dataset(path, kinds):
    options = pyarrow.dataset.ParquetFragmentScanOptions(page_checksum_verification=True)
    format = pyarrow.dataset.ParquetFileFormat(default_fragment_scan_options=options)
    table = pyarrow.dataset.dataset(path, format=format).to_table()
    return {"columns": arrow_columns(table, kinds)}


def frame_columns(frame, kinds):
    """With NumPy columns, where a missing number is NaN."""

    def values(name, kind):
        series = frame[name]
        if kind == "time":
            return [None if pandas.isna(value) else canonical.time(value.to_pydatetime()) for value in series]
        return list(series) if kind == "text" else [canonical.number(value) for value in series]

    types = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    return {"types": types, "columns": {name: values(name, kind) for name, kind in kinds.items()}}


def read_pandas(path, kinds):
    return frame_columns(pandas.read_parquet(path), kinds)


def read_fastparquet(path, kinds):
    """Row group by row group: all at once, fastparquet 2026.9.0 loses texts where only some groups have a dictionary."""
    file = fastparquet.ParquetFile(path)
    groups = list(file.iter_row_groups())
    frame = pandas.concat(groups, ignore_index=True) if groups else file.to_pandas()
    return frame_columns(frame.astype({name: object for name, kind in kinds.items() if kind == "text"}), kinds)


def read_pandas_arrow(path, kinds):
    """With Arrow columns, where null and NaN are two things."""
    frame = pandas.read_parquet(path, dtype_backend="pyarrow")
    return {"columns": arrow_columns(pyarrow.Table.from_pandas(frame, preserve_index=False), kinds)}


def read_polars(path, kinds):
    frame = polars.read_parquet(path)

    def values(name, kind):
        column = frame[name]
        if kind == "time":
            return column.dt.epoch("ms").to_list()
        return column.to_list() if kind == "text" else [canonical.number(value) for value in column.to_list()]

    types = {name: str(kind) for name, kind in frame.schema.items()}
    return {"types": types, "columns": {name: values(name, kind) for name, kind in kinds.items()}}


ENGINES = {
    "pyarrow": read_arrow,
    "pyarrow dataset": read_dataset,
    "pandas": read_pandas,
    "pandas with Arrow types": read_pandas_arrow,
    "polars": read_polars,
    "fastparquet": read_fastparquet,
}


def read(task):
    try:
        return ENGINES[task["engine"]](task["path"], task["kinds"])
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


canonical.answer([read(task) for task in json.load(sys.stdin)])
