"""Reads the cases of csv.mjs with Python's csv module and exact fractions, and prints what differs, a line of JSON each."""
import csv, datetime, io, json, math, re, struct, sys
from base64 import b64decode
from fractions import Fraction

csv.field_size_limit(1 << 30)
DECIMAL = re.compile(r'[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?')
WORD = re.compile(r'[+-]?(?:nan|inf|infinity)', re.I)
TIME = re.compile(
    r'([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?')


class Differs(Exception):
    pass


def bits(value):
    return 'nan' if math.isnan(value) else struct.pack('>d', value).hex()


def number(text):
    if not DECIMAL.fullmatch(text) and not WORD.fullmatch(text):
        raise Differs(f'no number: {text[:100]!r}')
    value = float(text)
    if math.isinf(value) and not WORD.fullmatch(text):
        raise Differs(f'beyond the range: {text[:100]!r}')
    return value


def milliseconds(text):
    match = TIME.fullmatch(text)
    if match is None:
        raise Differs(f'no time: {text[:100]!r}')
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    when = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    since = when - datetime.datetime(1970, 1, 1)
    fraction = (fraction or '').ljust(9, '0')
    if fraction[3:] != '000000':
        raise Differs(f'more than milliseconds: {text!r}')
    value = (since.days * 86400 + since.seconds) * 1000 + int(fraction[:3])
    offset = (int(hours or 0) * 60 + int(minutes or 0)) * 60000
    return value + offset if sign == '-' else value - offset


def records(data):
    text = data.decode('utf-8')
    text = text[1:] if text.startswith('\ufeff') else text
    return [record for record in csv.reader(io.StringIO(text, newline=''), strict=True) if record != []]


def cell(text, kind):
    if kind == 'text':
        return text
    if text == '':
        return None
    if kind == 'time':
        return milliseconds(text)
    return 'nd' if text == 'not defined' else bits(number(text))


def compare_rows(found, ours):
    columns = ours['columns']
    if found[0] != [column['name'] for column in columns]:
        raise Differs(f'header {found[0]!r}')
    if len(found) - 1 != len(ours['rows']):
        raise Differs(f'{len(found) - 1} rows by Python, {len(ours["rows"])} here')
    kinds = [column['kind'] for column in columns]
    for index, (record, row) in enumerate(zip(found[1:], ours['rows'])):
        if len(record) != len(kinds):
            raise Differs(f'row {index + 1} has {len(record)} fields')
        wanted = [cell(text, kind) for text, kind in zip(record, kinds)]
        if wanted != row:
            place = next(at for at in range(len(row)) if wanted[at] != row[at])
            raise Differs(f'row {index + 1}, {columns[place]["name"]}: {wanted[place]!r} by Python, {row[place]!r} here')


def rounded(terms):
    """The double nearest to the exact sum."""
    total = sum(map(Fraction, terms), Fraction(0))
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def divide(a, b):
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)
    return a / b


def windows_of(found, columns):
    at = {column['role']: index for index, column in enumerate(columns) if column['role'] != 'dimension'}
    types = {column['forecastType']: index for index, column in enumerate(columns) if 'forecastType' in column}
    windows = {}
    for record in found[1:]:
        key = (record[at['windowStart']], record[at['windowEnd']])
        key = tuple(None if text == '' else milliseconds(text) for text in key)
        if None in key:
            continue
        window = windows.setdefault(key, {'count': 0, 'pairs': {name: [] for name in types}})
        actual = record[at['target']]
        if actual == '' or not math.isfinite(number(actual)):
            continue
        window['count'] += 1
        for name, index in types.items():
            if record[index] != '' and math.isfinite(number(record[index])):
                window['pairs'][name].append((number(actual), number(record[index])))
    return windows


def figures_of(pairs):
    errors = [y - m for y, m in pairs]
    n = len(pairs)
    if n == 0:
        return {'WAPESum': None, 'MAE': None, 'bias': None, 'RMSE': None}
    absolute = rounded(map(abs, errors))
    return {
        'WAPESum': absolute,
        'MAE': absolute / n,
        'bias': rounded(-error for error in errors) / n,
        'RMSE': math.sqrt(rounded(error * error for error in errors) / n),
    }


def loss_of(kind, pairs):
    tau = float(kind)
    if not pairs:
        return None
    under = rounded(y - m for y, m in pairs if y > m)
    over = rounded(m - y for y, m in pairs if m > y)
    total = rounded(abs(y) for y, _ in pairs)
    top = 2 * (tau * under + (1 - tau) * over)
    loss = top if total == 0 else top / total
    return loss if math.isfinite(loss) else None  # a figure beyond the range is none here


def is_plain(pairs):
    """Beyond this range differences or squares overflow, and figures become notes: rows were compared all the same."""
    return all(abs(value) < 1e150 for pair in pairs for value in pair)


def compare_sums(found, ours):
    windows = windows_of(found, ours['columns'])
    if len(windows) != len(ours['windows']):
        raise Differs(f'{len(windows)} windows by Python, {len(ours["windows"])} here')
    for window in ours['windows']:
        key = (window['start'], window['end'])
        mine = windows.get(key)
        if mine is None or mine['count'] != window['count']:
            raise Differs(f'window {key}: count {mine and mine["count"]} by Python, {window["count"]} here')
        wanted = {}
        if ours['point'] is not None and is_plain(mine['pairs'][ours['point']]):
            for name, value in figures_of(mine['pairs'][ours['point']]).items():
                wanted[name] = (value, window['figures'][name])
        for kind, value in window['wQL'].items():
            if is_plain(mine['pairs'][kind]):
                wanted['wQL ' + kind] = (loss_of(kind, mine['pairs'][kind]), value)
        for name, (value, here) in wanted.items():
            value = None if value is None else bits(value)
            if value != here and {value, here} != {'0000000000000000', '8000000000000000'}:
                raise Differs(f'window {key}, {name}: {value} by Python, {here} here')


def main(path):
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            case = json.loads(line)
            ours, data, problem, kind = case['ours'], b64decode(case['bytes']), None, 'wrong'
            if 'code' in ours:
                # a number beyond the range or a time that is none cannot come of the generator without damage
                if not case['damaged']:
                    kind, problem = 'soundRefused', ours['code']
            else:
                try:
                    found = records(data)
                    compare_rows(found, ours)
                    if 'windows' in ours:
                        compare_sums(found, ours)
                except (Differs, csv.Error, ValueError, UnicodeError, KeyError) as error:
                    problem = f'{type(error).__name__}: {error}'
            if problem is not None:
                print(json.dumps({'seed': case['seed'], 'kind': kind, 'problem': problem}))


main(sys.argv[1])
