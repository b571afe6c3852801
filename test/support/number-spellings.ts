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
