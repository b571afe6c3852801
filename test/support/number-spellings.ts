import { randomDouble } from './random.ts';

/** Texts of numbers, in all the ways in which they are and could be spelled: near the shortest, at limits, and odd. */
export function numberSpelling(random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  const value = plainValues[below(plainValues.length)]?.(random, below) ?? 0;
  const spelled = spellings[below(spellings.length)]?.(value, below) ?? '';
  return edits[below(edits.length)]?.(spelled, below) ?? spelled;
}

type Below = (limit: number) => number;

const plainValues: readonly ((random: () => number, below: Below) => number)[] = [
  (random) => random() * 100,
  (random, below) => random() * 10 ** (below(14) - 5),
  (random, below) => Math.round(random() * 1e6) / 10 ** below(10),
  (random, below) => -neighbour(2 ** (below(36) - 11), below(5) - 2, random),
  (random, below) => neighbour([1e-3, 1e7, 1, 10, 0.1, 1e15, 5e-324, 0][below(8)] ?? 0, below(5) - 2, random),
  (random) => randomDouble(random),
];

const spellings: readonly ((value: number, below: Below) => string)[] = [
  (value) => `${value}`,
  (value) => (Number.isInteger(value) ? `${value}.0` : `${value}`),
  (value, below) => value.toPrecision(14 + below(5)),
  (value, below) => value.toFixed(below(20)),
  (value) => value.toExponential().replace('e+', 'E').replace('e', 'E'),
  (value, below) => value.toExponential(below(18)),
];

const digit = (below: Below): string => `${below(10)}`;

const edits: readonly ((text: string, below: Below) => string)[] = [
  ...Array.from({ length: 8 }, () => (text: string) => text),
  // another last digit, one more, one less
  (text, below) => text.slice(0, -1) + digit(below),
  (text, below) => text.slice(0, -2) + digit(below) + digit(below),
  (text, below) => text + digit(below),
  (text) => text.slice(0, -1),
  (text) => `0${text}`,
  (text) => `+${text}`,
  (text) => `-${text}`,
  (text) => `${text}0`,
  (text) => `${text}.0`,
  (text) => `${text}e0`,
  (text) => text.replace(/^0\./, '.'),
  (text) => text.replace(/\..*/, '.'),
  (text) => text.replace('.', ''),
  (text) => text.toLowerCase(),
  (_, below) => oddNumbers[below(oddNumbers.length)] ?? '',
];

const oddNumbers = [
  '0',
  '0.0',
  '-0.0',
  '00.0',
  '0.00',
  '.0',
  '0.',
  'NaN',
  'nan',
  '-NaN',
  'Infinity',
  '-Infinity',
  'inf',
];

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** The double that comes so many steps after a value, or one with some of its lowest bits changed. */
function neighbour(value: number, steps: number, random: () => number): number {
  double[0] = value;
  bits[0] = (bits[0] ?? 0n) + BigInt(random() < 0.5 ? steps : Math.floor(random() * 1000));
  return Number.isFinite(double[0]) ? double[0] : value;
}

/** What programs take for a number, or nearly: some of it is one in exports. */
export const laxNumbers: readonly string[] = [
  ' 1', '1 ', '1d', '1f', '0x1p3', '0x10', '1_000', '1,5', '1\n', '\t1', '١', '1e', 'e5', '.', '+', '-', '+-1', '1.2.3',
  '1e5.0', 'NaN', 'nan', '-NaN', '+nAn', 'Infinity', '-infinity', '+inf', 'INF', 'infi', 'İnf', 'ınf', 'null', 'NULL', '\\N',
  '1e400', '-1e400', '1e-400', '0e400', '1e00001', '5.', '.5', '+.5e1', '-0', '-0.0', '1.0E7', '2.2250738585072011e-308',
  '179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245490090389328944075868508455133942304583236903222948165808559332123347747978',
  '1.7976931348623159e308', '1.7976931348623157E308', '4.9E-324', '2e-324', '1'.repeat(400), `0.${'0'.repeat(330)}1`, 'true', 'not defined',
]; // prettier-ignore
