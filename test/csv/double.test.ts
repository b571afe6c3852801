import { describe, expect, it } from 'vitest';
import { decodeCsv } from '#src/csv/decode.js';
import { parseNumberText } from '#src/schema/number-text.js';
import { memoryFile } from '../support/memory-file.ts';
import { randomDouble, seededRandom } from '../support/random.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';

/** Reads texts as the `mean` column and compares every double with JavaScript's `Number`, bit for bit. */
async function compare(texts: readonly string[], label: string): Promise<void> {
  const content = header + texts.map((text) => `a,,,,,${text}\n`).join('');
  let row = 0;
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  for await (const batch of decodeCsv(memoryFile(content), { columns: ['mean'] })) {
    const column = batch.columns.get('mean');
    if (column?.kind !== 'number') throw new TypeError('no number column');
    for (const value of column.values) {
      const text = texts[row++] ?? '';
      double[0] = value;
      const found = bits[0];
      double[0] = Number(text);
      if (found !== bits[0]) throw new Error(`${label}: '${text}' became ${value}`);
    }
  }
  expect(row).toBe(texts.length);
}

const digits = (random: () => number, count: number): string =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('');

/** The decimal text of the exact middle between a double and the next, of up to 770 digits. */
function halfway(value: number): string {
  const bits = new BigUint64Array(new Float64Array([Math.abs(value)]).buffer)[0] ?? 0n;
  const exponent = Number(bits >> 52n);
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const middle = 2n * mantissa + 1n; // times 2^(max(exponent, 1) - 1076)
  const power = Math.max(exponent, 1) - 1076;
  if (power >= 0) return `${middle << BigInt(power)}`;
  return `${middle * 5n ** BigInt(-power)}E${power}`;
}

/** Decimals of at most 17 digits with `fraction` ones after the point, as close to the middle of two doubles as there are. */
function closeToHalfway(random: () => number, fraction: number, count: number): string[] {
  const five = 5n ** BigInt(fraction);
  const ten = 10n ** BigInt(fraction);
  const texts: string[] = [];
  for (let exponent = Math.ceil(53 - fraction * Math.log2(10)); exponent < 26; exponent++) {
    // w / 10^f, from 2^exponent on, is w * 2^k / 5^f halves of what neighbours differ by; near an odd number for an odd d
    const k = BigInt(53 - exponent - fraction);
    const inverse = powerModulo((five + 1n) / 2n, k, five);
    const first = exponent < 0 ? ten >> BigInt(-exponent) : ten << BigInt(exponent);
    for (let index = 0; index < count; index++) {
      const d = BigInt(2 * Math.floor(random() ** 4 * 2 ** 20) + 1) * (random() < 0.5 ? 1n : -1n);
      const rest = (((d * inverse) % five) + five) % five;
      const from = first + (BigInt(Math.floor(random() * 2 ** 52)) * first) / 2n ** 52n;
      const w = from - (from % five) + rest;
      if (w >= 10n ** 17n || w <= 2n ** 53n) continue;
      texts.push(`${w / ten}.${String(w % ten).padStart(fraction, '0')}`);
    }
  }
  return texts;
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n;
  for (let index = 0n; index < exponent; index++) power = (power * base) % modulus;
  return power;
}

describe('doubles are correctly rounded', () => {
  const seed = 20211214;
  const random = seededRandom(seed);

  it(`any bits, shortest and 17-digit texts (seed ${seed})`, async () => {
    const values = Array.from({ length: 300_000 }, () => randomDouble(random));
    await compare(values.map(String), 'shortest');
    await compare(
      values.map((value) => value.toExponential(16)),
      'seventeen digits',
    );
    await compare(
      values.map((value) => value.toPrecision(21)),
      'twenty-one digits',
    );
  });

  it(`what exports hold: 1 to 8 whole and 1 to 19 further digits (seed ${seed})`, async () => {
    const texts = Array.from({ length: 600_000 }, (_, index) => {
      const whole = random() < 0.3 ? '0' : digits(random, 1 + (index % 8));
      return `${random() < 0.2 ? '-' : ''}${whole}.${digits(random, 1 + (index % 19))}`;
    });
    await compare(texts, 'decimal');
  });

  it(`usual numbers closest to the middle of two doubles, one and two of them in turn (seed ${seed})`, async () => {
    const texts: string[] = [];
    for (let fraction = 9; fraction <= 16; fraction++) texts.push(...closeToHalfway(random, fraction, 2000));
    expect(texts.length).toBeGreaterThan(40_000);
    await compare(texts, 'close to halfway');
    await compare(
      texts.map((text, index) => (index % 3 === 0 ? `-${text}` : text)),
      'one at a time',
    );
  });

  it(`halfway cases and their neighbours (seed ${seed})`, async () => {
    const texts = Array.from({ length: 6_000 }, () => halfway(randomDouble(random))).flatMap((text) => {
      const [mantissa = '', exponent = '0'] = text.split('E');
      return [text, `${mantissa}.0001E${exponent}`, `${BigInt(mantissa) - 1n}.9999E${exponent}`];
    });
    await compare(
      texts.filter((text) => Number.isFinite(Number(text))),
      'halfway',
    );
  });

  it('long and odd texts', async () => {
    const odd = ['0', '-0', '-0.0', '+1', '.5', '5.', '-.5', '1e5', '1E+5', '1e-5', '00012.50', '1.0E7', '4.9E-324'];
    const limits = [
      '1.7976931348623157E308',
      '2.2250738585072014E-308',
      '2.2250738585072011e-308',
      '2.4703282292062327e-324',
      '2.4703282292062328e-324',
      '1e-400',
      '0e999999999',
      '1e-99999999999',
      '0.000000000000000000000000000001',
    ];
    const long = [
      `${'9'.repeat(40)}.5`,
      `0.${'0'.repeat(300)}1`,
      '1'.repeat(309),
      `1${'0'.repeat(200)}e-200`,
      digits(random, 300),
      `9007199254740993${'0'.repeat(30)}1e-31`,
      '12345678901234567890',
      '18446744073709551616',
      '9007199254740993',
      '1.00000000000000011102230246251565404236316680908203125',
      '1.00000000000000011102230246251565404236316680908203124',
      '1.00000000000000011102230246251565404236316680908203126',
    ];
    const lengths = Array.from({ length: 800 }, (_, index) => `1.${digits(random, index + 1)}`);
    await compare([...odd, ...limits, ...long, ...lengths], 'odd');
  });

  it('the slow reading of texts agrees', () => {
    const words: [string, unknown][] = [
      ['NaN', NaN],
      ['nan', NaN],
      ['-Infinity', -Infinity],
      ['INF', Infinity],
      ['+inf', Infinity],
      ['1e400', 'overflow'],
      ['0x10', 'invalid'],
      ['1,5', 'invalid'],
      [' 1', 'invalid'],
      ['1_000', 'invalid'],
      ['', 'invalid'],
      ['.', 'invalid'],
      ['1e', 'invalid'],
      ['--1', 'invalid'],
    ];
    expect(words.map(([text]) => parseNumberText(text))).toEqual(words.map(([, value]) => value));
  });
});
