/** Seeded CSV exports of one part, sound or damaged, for `csv.mjs`. */

/** mulberry32: numbers from 0 to 1. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The bytes of one case, and what was done to them. Half are damaged; one in 400 is large. */
export function makeCase(seed) {
  const random = seededRandom(seed);
  const large = random() < 1 / 400;
  const { text, table } = soundText(random, large);
  const bytes = Buffer.from(text);
  if (random() < 0.5) return { bytes, table, damaged: false };
  return { bytes: damage(bytes, random), table, damaged: true };
}

const pick = (random, values) => values[Math.floor(random() * values.length)];

function soundText(random, large) {
  const accuracy = random() < 0.25;
  const dimensions = ['store', 'größe', 'note,1', '__proto__'].slice(0, Math.floor(random() * 3));
  const quantiles = ['p1', 'p10', 'p50', 'p90', 'p99'].filter(() => random() < 0.5);
  const types = random() < 0.8 || quantiles.length === 0 ? ['mean', ...quantiles] : quantiles;
  const bounds = ['backtestwindow_start_time', 'backtestwindow_end_time'];
  const columns = accuracy
    ? ['item_id', ...dimensions, 'backtest_window', ...bounds, 'wQL[0.1]', 'wQL[0.9]', 'RMSE', 'WAPE']
    : ['item_id', ...dimensions, 'timestamp', 'target_value', ...bounds, ...types];
  // the item column and the dimensions stay in front, so that no other is taken for one
  const style = {
    spelling: pick(random, ['T', 'TZ', ' ', ' +00', 'T+00:00', 'date', 'T.000', 'T-0830', 'any']),
    numbers: pick(random, ['java', 'plain', 'odd', 'long']),
    texts: pick(random, ['plain', 'hostile', 'unicode']),
    quotes: pick(random, [0, 0, 0.1, 1]),
    empty: pick(random, [0, 0, 0.1]),
    end: pick(random, ['\n', '\n', '\r\n', 'mixed']),
  };
  const lineEnd = () => (style.end === 'mixed' ? pick(random, ['\n', '\r\n']) : style.end);
  const rows = large ? 2000 + Math.floor(random() * 3000) : Math.floor(random() * (random() < 0.1 ? 200 : 12));
  let text = (random() < 0.05 ? '\ufeff' : '') + columns.map((name) => field(name, 0, random)).join(',') + lineEnd();
  const windows = [0, 1, 2].map((step) => [step * 7 * 86_400_000, (step * 7 + 6) * 86_400_000]);
  for (let row = 0; row < rows && text.length < 950_000; row++) {
    if (random() < 0.02) text += lineEnd().repeat(1 + Math.floor(random() * 3));
    const [start, stop] = pick(random, windows);
    const cells = columns.map((name) => {
      if (name === 'timestamp')
        return random() < style.empty / 4 ? '' : time(start + Math.floor(random() * 7) * 86_400_000, style, random);
      if (name === bounds[0]) return time(start, style, random);
      if (name === bounds[1]) return time(stop, style, random);
      if (name === 'backtest_window') return pick(random, ['Computed', 'Summary']);
      if (name === 'item_id' || dimensions.includes(name)) return words(style, random, large);
      if (random() < style.empty) return '';
      if (accuracy && random() < 0.05) return 'not defined';
      return number(style, random, large);
    });
    text += cells.map((cell) => field(cell, style.quotes, random)).join(',') + lineEnd();
  }
  if (random() < 0.05) text = text.replace(/[\r\n]{1,4}$/, '');
  return { text, table: accuracy ? 'accuracy' : 'forecasts' };
}

const field = (cell, quotes, random) =>
  /[",\r\n]/.test(cell) || random() < quotes ? `"${cell.replaceAll('"', '""')}"` : cell;

function time(value, style, random) {
  const iso = new Date(Date.UTC(2021, 0, 1) + value).toISOString().slice(0, 19);
  const spelling = style.spelling === 'any' ? pick(random, ['T', 'TZ', ' ', 'date', 'T+00:00']) : style.spelling;
  if (spelling === 'date') return iso.slice(0, 10);
  return (spelling[0] === ' ' ? iso.replace('T', ' ') : iso) + spelling.slice(1);
}

function words(style, random, large) {
  if (large && random() < 0.01) return 'x'.repeat(Math.floor(random() * 200_000));
  if (style.texts === 'plain') return `item_${Math.floor(random() * 20)}`;
  const unicode = ['é', 'żółć', '日本語', '👩‍👩‍👧', '\u202e', 'e\u0301', '\ufeff'];
  const hostile = [
    '',
    ' ',
    '"',
    '""',
    ',',
    'a"b',
    'line\nbreak',
    'a\r\nb',
    'a\rb',
    '=1+1',
    'not defined',
    '1e5',
    '007',
    'NaN',
    "'",
    '\t',
    '2021-01-01',
  ];
  return pick(random, style.texts === 'unicode' ? unicode : hostile);
}

function number(style, random, large) {
  const value = (random() - 0.2) * 10 ** Math.floor(random() * 8);
  if (style.numbers === 'plain')
    return random() < 0.5 ? String(Math.round(value)) : value.toFixed(1 + Math.floor(random() * 4));
  if (style.numbers === 'java') return String(value).includes('.') ? String(value) : `${value}.0`;
  if (style.numbers === 'long') {
    const digits = (count) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
    const most = large && random() < 0.01 ? 100_000 : 60;
    return pick(random, [
      () => `${digits(1 + Math.floor(random() * 20))}.${digits(Math.floor(random() * most))}`,
      () => `9007199254740993.${'0'.repeat(Math.floor(random() * most))}${pick(random, ['', '1'])}`,
      () => `0.${'0'.repeat(Math.floor(random() * 30))}${digits(25)}`,
      () => `${digits(17)}e${Math.floor(random() * 40) - 20}`,
    ])();
  }
  return pick(random, [
    () =>
      pick(random, [
        '0',
        '-0',
        '-0.0',
        '.5',
        '5.',
        '+1',
        '1E5',
        '1e-400',
        '1e300',
        '-1e300',
        '4.9E-324',
        'NaN',
        'nan',
        'Infinity',
        '-inf',
        '1e-300',
        '2.2250738585072014e-308',
      ]),
    () => String(value * 10 ** (Math.floor(random() * 40) - 20)),
  ])();
}

const insertions = [
  '"',
  ',',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '""',
  'not defined',
  'NaN',
  '1e400',
  '-',
  '.',
  'e',
  '\ufeff',
  'é',
  '0'.repeat(40),
  '9'.repeat(25),
  'Z',
  '+00',
  '-0.0',
  '1'.repeat(330),
  ';',
  ' ',
  '_',
];

/** Bits, bytes, cuts, copies, insertions, anywhere. */
function damage(bytes, random) {
  let data = bytes;
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(random() * (data.length + 1));
    const replace = (length, ...pieces) => {
      data = Buffer.concat([data.subarray(0, at), ...pieces, data.subarray(Math.min(data.length, at + length))]);
    };
    const kind = Math.floor(random() * 6);
    if (kind === 0) replace(1, Buffer.of((data[at] ?? 0) ^ (1 << Math.floor(random() * 8))));
    else if (kind === 1) replace(1, Buffer.of(Math.floor(random() * 256)));
    else if (kind === 2) replace(1 + Math.floor(random() * 3));
    else if (kind === 3) data = data.subarray(0, at);
    else if (kind === 4) replace(0, Buffer.from(pick(random, insertions)));
    else replace(0, data.subarray(at, at + Math.floor(random() * 200)));
  }
  return data;
}
