"""Values as JSON that keeps every bit: the other side is ../canonical.ts."""

import datetime
import decimal
import hashlib
import json
import math
import struct
import sys

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def number(value):
    """A double as 16 hexadecimal digits, any NaN as `nan`; an int or Decimal is rounded to a double once."""
    if value is None:
        return None
    if isinstance(value, decimal.Decimal):
        value = float(value)
    value = float(value)
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def time(value):
    """An instant or date as milliseconds since 1970, UTC where no zone is given; a part of one stays visible."""
    if value is None:
        return None
    if isinstance(value, int):
        return value
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    microseconds = (value - EPOCH) // datetime.timedelta(microseconds=1)
    return microseconds // 1000 if microseconds % 1000 == 0 else f"{microseconds} us"


def text(value):
    return value


def digest(columns):
    """A hash of each column in canonical form; ../../differential/parquet-child.mjs makes the same ones."""
    return {name: _digest(values) for name, values in columns.items()}


def _digest(values):
    whole = hashlib.sha256()
    for value in values:
        data = b"" if value is None else str(value).encode()
        whole.update(b"n;" if value is None else b"%d:" % len(data) + data)
    return whole.hexdigest()


def answer(value):
    json.dump(value, sys.stdout, allow_nan=False)
