"""Tables as an export may have them, of random shape: rows, nulls, distinct values, types, and how they are packed. A seed
gives the same table for ever and every writer."""

import datetime
import decimal
import random
import struct

UTC = datetime.timezone.utc
START = datetime.datetime(2021, 11, 1, tzinfo=UTC)
EDGES = [0, 1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 767, 768, 1023, 1024, 1025]
LARGE = [2047, 2048, 2049, 4095, 4096, 4097, 8192, 16383, 16384, 20000]
TIMES = ["timestamp", "backtestwindow_start_time", "backtestwindow_end_time"]
NUMBERS = ["target_value", "mean", "p10", "p90"]
ODD_TEXTS = ["", "größe", "007", 'a,"b"\n', "🚲", "__proto__", "NaN", "line\r\nend", " blank ", "x" * 300]
ODD_NUMBERS = [0.0, -0.0, 1e300, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), 0.1]
SCALES = {"decimal(9,2)": (9, 2), "decimal(18,4)": (18, 4), "decimal(38,6)": (38, 6)}


class Table:
    """Columns by name: Python values, the type that each is to be written as, and what it is to a reader."""

    def __init__(self, seed, types_of_numbers, types_of_times, types_of_ids, nan=True, negative_zero=True):
        pick = self.pick = random.Random(seed)
        self.seed = seed
        self.rows = pick.choice(EDGES) if pick.random() < 0.85 else pick.choice(LARGE)
        self.values, self.types, self.kinds = {}, {}, {}
        self.add("item_id", "text", pick.choice(types_of_ids), self.texts)
        for index in range(pick.choice([0, 0, 1, 2])):
            self.add(f"dimension_{index}", "text", pick.choice(types_of_ids), self.texts, pick.random() < 0.5)
        time = pick.choice(types_of_times)
        for name in TIMES:
            self.add(name, "time", time, self.times, name != "timestamp" and pick.random() < 0.3)
        for name in NUMBERS:
            kind = pick.choice(types_of_numbers)
            self.add(name, "number", kind, lambda kind: self.numbers(kind, nan, negative_zero), pick.random() < 0.7)

    def add(self, name, kind, type_of_values, values, nulls=False):
        self.kinds[name], self.types[name] = kind, type_of_values
        self.values[name] = self.with_nulls(values(type_of_values)) if nulls else values(type_of_values)

    def with_nulls(self, values):
        way = self.pick.choice(["some", "few", "all", "runs", "head", "tail"])
        share = {"some": 0.4, "few": 0.01}.get(way)
        if way == "all":
            return [None] * len(values)
        if share is not None:
            return [None if self.pick.random() < share else value for value in values]
        if way in ("head", "tail"):
            cut = self.pick.randint(0, len(values))
            return [None if (row < cut) == (way == "head") else value for row, value in enumerate(values)]
        run = self.pick.choice([8, 9, 50, 256, 300])
        return [None if row // run % 2 else value for row, value in enumerate(values)]

    def spread(self, make):
        """Values of which few, many or all are distinct, in runs or not."""
        distinct = self.pick.choice([1, 2, 3, 7, 8, 9, 60, 255, 256, 257, 1000, 10**9])
        pool = [make(index) for index in range(min(distinct, self.rows))]
        way = self.pick.choice(["random", "runs", "in turn"])
        run = self.pick.choice([2, 8, 24, 256])
        if way == "random":
            return [self.pick.choice(pool) for _ in range(self.rows)]
        return [pool[(row // run if way == "runs" else row) % len(pool)] for row in range(self.rows)]

    def texts(self, kind):
        if kind.startswith("int"):
            most = 2 ** (int(kind[3:]) - 1) - 1
            return self.spread(lambda index: self.pick.choice([index, -index, most, -most - 1, 12]) if index < most else 7)
        odd = self.pick.random() < 0.3
        return self.spread(lambda index: self.pick.choice(ODD_TEXTS) if odd and index % 3 == 0 else f"item_{index}")

    def times(self, kind):
        if kind == "date":
            return self.spread(lambda index: START.date() + datetime.timedelta(days=index % 3000))
        part = 0 if kind.startswith("text") else self.pick.choice([0, 1])
        step = datetime.timedelta(hours=1, milliseconds=part)
        return self.spread(lambda index: START + step * (index % 100_000))

    def numbers(self, kind, nan, negative_zero):
        odd = self.pick.random() < 0.3

        def make(index):
            if kind.startswith(("int", "uint")):
                bits = int(kind.lstrip("uint"))
                low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
                value = self.pick.choice([index, -index, low, high, self.pick.randint(-1000, 1000)])
                return max(low, -(2**53), min(high, 2**53, value))
            if kind in SCALES:
                precision, scale = SCALES[kind]
                return decimal.Decimal(self.pick.randint(-(10**precision) + 1, 10**precision - 1)).scaleb(
                    -scale, decimal.Context(prec=60)
                )
            value = self.pick.random() * 100 - 20
            if odd and index % 3 == 0:
                value = self.pick.choice(ODD_NUMBERS + ([float("nan")] if nan else []))
            if value == 0 and not negative_zero:
                value = 0.0
            if kind != "float":
                return value
            return struct.unpack("<f", struct.pack("<f", value if abs(value) < 1e38 or value in (float("inf"), float("-inf")) else 0.5))[0]

        return self.spread(make)

    def expected(self):
        """What a reader must find, in canonical form."""
        import canonical

        def text(value):
            return "" if value is None else str(value)

        convert = {"text": text, "time": canonical.time, "number": canonical.number}
        return {n: [convert[self.kinds[n]](value) for value in values] for n, values in self.values.items()}
