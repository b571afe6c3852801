"""
Figures from the result of the query that `backtest-export sql` prints, with the same bits as those of `summarize`:

    python figures.py mean,0.1,0.5,0.9 < result.csv

The first argument is the forecast types in the order of the query's comment (`f0 mean, f1 0.1 …`). WAPE, RMSE, MAPE, MAE and
bias are those of the mean, or of 0.5 where there is no mean; for another `--point` give it as the second argument.
Prints CSV: a line for each window, and each group in it.
"""

import csv
import itertools
import math
import sys

types = sys.argv[1].split(",")
point = next((types.index(name) for name in [*sys.argv[2:3], "mean", "0.5"] if name in types), None)
missing = ("", "NULL")  # the DuckDB shell writes NULL, others nothing


def levels(rows, name):
    """The levels of a sum in all rows; with `--sums plain` the sums themselves."""
    for row in rows:
        for column, cell in row.items():
            if column.rstrip("0123456789").removesuffix("_level").removesuffix("_sum") == name and cell not in missing:
                yield float(cell)


def add(rows, *names):
    """Everything that belongs to the sums, rounded once."""
    return math.fsum(itertools.chain.from_iterable(levels(rows, name) for name in names))


def count(rows, name):
    """DuckDB counts NULL where no row has a forecast."""
    return sum(int(row[name]) for row in rows if row[name] not in missing)


def figures(rows):
    for t, name in enumerate(types):
        used = [row for row in rows if not int(row["excluded_types"]) >> t & 1]
        n, under, over = count(used, "n_actuals"), f"e{t}_under", f"e{t}_over"
        if n == 0:
            continue
        actuals = add(used, "a")
        divisor = actuals or 1.0  # where the actuals add up to 0, wQL and WAPE are their numerators
        if name != "mean":
            tau = float(name)
            yield f"wQL[{name}]", 2 * (tau * add(used, under) + (1 - tau) * add(used, over)) / divisor
            yield f"coverage[{name}]", count(used, f"n_covered{t}") / n
        if t == point:
            yield "WAPE", add(used, under, over) / divisor
            yield "RMSE", math.sqrt(add(used, "squared") / n)
            if actuals:
                yield "MAPE", add(used, "share") / n
            yield "MAE", add(used, under, over) / n
            yield "bias", math.fsum([*levels(used, over), *(-level for level in levels(used, under))]) / n


def main():
    # one file of the DuckDB shell has the result of the next query too, which begins with this column
    lines = itertools.takewhile(lambda line: not line.startswith("all_windows,"), sys.stdin)
    groups = {}
    for row in csv.DictReader(lines):
        if count([row], "n_unreadable") or any(count([row], name) for name in row if name.startswith("rest_of_")):
            sys.exit("n_unreadable or a rest is above 0, so the sums are wrong: see docs/sql.md")
        keys = list(itertools.takewhile(lambda name: name != "excluded_types", row))
        if row["window_start"] not in missing and row["window_end"] not in missing:
            groups.setdefault(tuple(row[name] for name in keys), []).append(row)
    found = {group: dict(figures(rows)) for group, rows in sorted(groups.items())}
    names = list(dict.fromkeys(name for each in found.values() for name in each))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if found:
        writer.writerow([*keys, *names])
    for group, each in found.items():
        writer.writerow([*group, *(each.get(name, "") for name in names)])


main()
