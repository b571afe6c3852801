"""pyarrow: whole tables for Arrow; a part at a time to Parquet. It parses times itself."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq
from files import is_csv, output_path


def options(given):
    columns = given["columns"]
    kinds = dict.fromkeys(columns["texts"], pa.string()) | dict.fromkeys(columns["numbers"], pa.float64())
    # only times that say their zone may become instants
    kinds |= {name: pa.timestamp("ms", "UTC" if name == "timestamp" else None) for name in columns["times"]}
    return csv.ConvertOptions(column_types=kinds)


def set_threads(given):
    pa.set_cpu_count(given["threads"])
    return given["threads"] > 1


def arrow(given):
    threads = set_threads(given)
    if is_csv(given):
        reading = csv.ReadOptions(use_threads=threads)
        return pa.concat_tables(csv.read_csv(part, reading, convert_options=options(given)) for part in given["parts"])
    return pa.concat_tables(pq.read_table(part, use_threads=threads) for part in given["parts"])


def check_arrow(table):
    sums = {name: pc.sum(table[name]).as_py() for name in table.column_names if table[name].type == pa.float64()}
    return {"rows": table.num_rows, "sums": sums}


def convert(given):
    """CSV to Parquet only; it would spell times as no export does."""
    threads = set_threads(given)
    for part in given["parts"]:
        table = csv.read_csv(part, csv.ReadOptions(use_threads=threads), convert_options=options(given))
        pq.write_table(table, output_path(given, part), compression="snappy")
