"""polars: lazy frames for sums, so that it reads only what it needs; whole frames for Arrow; a part at a time to convert.

Times of CSV stay text, its best case: as `Datetime` in the schema they cost ten times as much as all else.
"""

import polars as pl
from files import is_csv, output_path, quantiles

START, END = "backtestwindow_start_time", "backtestwindow_end_time"


def schema(given):
    numbers = given["columns"]["numbers"]
    return {name: pl.Float64 if name in numbers else pl.String for name in given["columns"]["all"]}


def sum(given):
    frame = pl.scan_csv(given["parts"], schema=schema(given)) if is_csv(given) else pl.scan_parquet(given["parts"])
    y = pl.col("target_value")
    loss = [
        (2 * pl.when(y > pl.col(name)).then(tau * (y - pl.col(name))).otherwise((tau - 1) * (y - pl.col(name))).sum()
         / y.abs().sum()).alias(f"w{name}")
        for name, tau in quantiles(given)
    ]
    error = y - pl.col("mean")
    rows = frame.group_by(START, END).agg(
        pl.len().alias("n"), *loss, (error.abs().sum() / y.abs().sum()).alias("wape"),
        (error * error).mean().sqrt().alias("rmse")).sort(START, END).collect()
    count = len(loss)
    return [{"count": row[2], "wQL": row[3:3 + count], "WAPE": row[3 + count], "RMSE": row[4 + count]} for row in rows.rows()]


def arrow(given):
    if is_csv(given):
        return pl.read_csv(given["parts"], schema=schema(given))
    return pl.concat([pl.read_parquet(part) for part in given["parts"]])


def check_arrow(frame):
    return {"rows": frame.height, "sums": {name: frame[name].sum() for name in frame.columns if frame[name].dtype == pl.Float64}}


def convert(given):
    """Parquet to CSV only; the other way it would have to parse times."""
    for part in given["parts"]:
        pl.read_parquet(part).write_csv(output_path(given, part), datetime_format="%Y-%m-%dT%H:%M:%S")
