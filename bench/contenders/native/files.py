"""What the native contenders share: the columns of the input and the names of outputs."""

import os


def output_path(given, part):
    """Where a part of the input is written to, in the output's format."""
    name = os.path.splitext(os.path.basename(part))[0]
    extension = "csv" if given["format"] == "CSV" else "parquet"
    return os.path.join(given["out"], "forecasted-values", f"{name}.{extension}")


def is_csv(given):
    return given["parts"][0].endswith(".csv")


def quantiles(given):
    """The quantiles' columns and levels, such as ("p10", 0.1)."""
    return [(name, int(name[1:]) / 100) for name in given["columns"]["numbers"] if name[0] == "p"]
