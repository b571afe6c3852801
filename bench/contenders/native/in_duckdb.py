"""The newest DuckDB, in one statement each; column types are given, times as text where they are only compared."""

import duckdb
from files import is_csv, output_path, quantiles

START, END = "backtestwindow_start_time", "backtestwindow_end_time"


def connect(given):
    return duckdb.connect(":memory:", config={"threads": given["threads"]})


def reader(given, parts, times="VARCHAR"):
    files = "[" + ", ".join(f"'{part}'" for part in parts) + "]"
    if not is_csv(given):
        return f"read_parquet({files})"
    columns = given["columns"]
    kinds = {**dict.fromkeys(columns["texts"], "VARCHAR"), **dict.fromkeys(columns["times"], times),
             **dict.fromkeys(columns["numbers"], "DOUBLE")}
    types = ", ".join(f"'{name}': '{kinds[name]}'" for name in columns["all"])
    return f"read_csv({files}, auto_detect = false, header = true, delim = ',', columns = {{{types}}})"


def sum(given):
    loss = ", ".join(
        f"2 * sum({tau} * greatest(target_value - {name}, 0) + {1 - tau} * greatest({name} - target_value, 0)) / sum(abs(target_value))"
        for name, tau in quantiles(given))
    rows = connect(given).sql(f"""
        SELECT {START} AS s, {END} AS e, count(*), {loss}, sum(abs(target_value - mean)) / sum(abs(target_value)),
          sqrt(sum((target_value - mean) * (target_value - mean)) / count(*))
        FROM {reader(given, given["parts"])} GROUP BY s, e ORDER BY s, e""").fetchall()
    count = len(quantiles(given))
    return [{"count": row[2], "wQL": row[3:3 + count], "WAPE": row[3 + count], "RMSE": row[4 + count]} for row in rows]


def arrow(given):
    connection = connect(given)
    return connection, connection.sql(f"SELECT * FROM {reader(given, given['parts'], 'TIMESTAMP')}").to_arrow_table()


def check_arrow(found):
    import pyarrow as pa
    import pyarrow.compute as pc
    table = found[1]
    sums = {name: pc.sum(table[name]).as_py() for name in table.column_names if table[name].type == pa.float64()}
    return {"rows": table.num_rows, "sums": sums}


def convert(given):
    connection = connect(given)
    plain = ", ".join(f"make_timestamp(epoch_us({name})) AS {name}" for name in given["columns"]["times"])
    for part in given["parts"]:
        read = reader(given, [part], "TIMESTAMP")
        columns = f"* REPLACE ({plain})" if given["format"] == "CSV" else "*"
        options = "FORMAT csv, HEADER" if given["format"] == "CSV" else "FORMAT parquet, COMPRESSION snappy"
        connection.sql(f"COPY (SELECT {columns} FROM {read}) TO '{output_path(given, part)}' ({options})")
