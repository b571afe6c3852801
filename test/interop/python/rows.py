"""The rows that other programs write: texts that hurt, odd doubles, nulls. Always the same ones."""

import datetime
import random

UTC = datetime.timezone.utc
TEXTS = ["a", "", "größe", "007", 'a,"b"\n', "\x00", "🚲", "__proto__", "NaN", "line\r\nend", " blank "]
ODD = [0.0, -0.0, 1.5, -2.25, 1e300, 5e-324, 1.7976931348623157e308, float("nan"), float("inf"), float("-inf"), 0.1]
NAMES = ["item_id", "timestamp", "target_value", "backtestwindow_start_time", "backtestwindow_end_time", "mean", "p90"]
KINDS = dict(zip(NAMES, ["text", "time", "number", "time", "time", "number", "number"]))


def forecasts(count, seed=1):
    """Columns of forecasted-values; times are datetimes in UTC with whole milliseconds."""
    pick = random.Random(seed)
    start = datetime.datetime(2021, 11, 1, tzinfo=UTC)
    odd_times = [datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, UTC), datetime.datetime(2200, 2, 28, tzinfo=UTC)]
    columns = {name: [] for name in NAMES}
    for row in range(count):
        columns["item_id"].append(pick.choice(TEXTS) if pick.random() < 0.2 else f"item_{row // 24}")
        time = start + datetime.timedelta(hours=row % 24, milliseconds=row % 3)
        columns["timestamp"].append(pick.choice(odd_times) if pick.random() < 0.05 else time)
        columns["target_value"].append(None if pick.random() < 0.1 else pick.random() * 100)
        columns["backtestwindow_start_time"].append(start)
        columns["backtestwindow_end_time"].append(None if pick.random() < 0.1 else start + datetime.timedelta(days=13))
        columns["mean"].append(pick.choice(ODD) if pick.random() < 0.2 else pick.random() * 100 - 20)
        columns["p90"].append(float(round(pick.random() * 100)))
    return columns
