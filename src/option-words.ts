import { describeValue } from './describe-value.ts';
import { quoteText } from './quote-text.ts';

/** The fields of a zod issue that are used here. */
export interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly expected?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly errors?: readonly (readonly Issue[])[];
}

/**
 * What is wrong with a value: what was expected and what was found. `shape` is the value's own and supplies the bounds
 * that zod omits; a pattern or refinement states its expectation as its message.
 */
export function wordsOf(issue: Issue, shape: unknown): string {
  const { code, input } = issue;
  if (code === 'invalid_type') return `expected ${typeWords(issue, shape)}, found ${describeValue(input)}`;
  if (code === 'too_big' || code === 'too_small') return boundWords(issue, shape);
  const message = quoteText(issue.message, '');
  const isWhole = !message.startsWith('expected ') || message.includes(', found ');
  return isWhole ? message : `${message}, found ${describeValue(input)}`;
}

/** The expected type in words, with the bounds of a number. */
export function typeWords({ code, values = [], expected, path }: Issue, shape?: unknown): string {
  if (code === 'invalid_value') return values.map(String).join(', ');
  const type = String(expected);
  if (type === 'number' || type === 'int') return numberWords(type === 'int', shape);
  if (type === 'object' && typeof path.at(-1) === 'number') return 'an object';
  return typeNames[type] ?? type;
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'options',
  record: 'an object',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  function: 'a function',
  AnyDate: 'a Date',
  AbortSignal: 'an AbortSignal',
};

function boundWords({ input, minimum, maximum }: Issue, shape: unknown): string {
  if (typeof input === 'number') return `expected ${numberWords(false, shape, minimum, maximum)}, found ${input}`;
  const [least, most] = [lengthOf(shape, 'minLength') ?? minimum, lengthOf(shape, 'maxLength') ?? maximum];
  if (typeof input === 'string') {
    const found = input.length > mostShown ? `${input.length}` : describeValue(input);
    return `expected text of ${rangeWords(least, most, 'character')}, found ${found}`;
  }
  const found = Array.isArray(input) ? String(input.length) : describeValue(input);
  return `expected a list of ${rangeWords(least, most, 'element')}, found ${found}`;
}

const mostShown = 80;

function rangeWords(least: unknown, most: unknown, unit: string): string {
  if (typeof most !== 'number') return `at least ${count(Number(least), unit)}`;
  if (typeof least !== 'number') return `at most ${count(most, unit)}`;
  return least === most ? count(most, unit) : `${least} to ${count(most, unit)}`;
}

function numberWords(isInteger: boolean, shape: unknown, minimum?: unknown, maximum?: unknown): string {
  const least = boundOf(memberOf(shape, 'minValue') ?? minimum);
  const most = boundOf(memberOf(shape, 'maxValue') ?? maximum);
  const kind = isInteger || memberOf(shape, 'isInt') === true ? 'a whole number' : 'a number';
  if (least === undefined) return most === undefined ? kind : `${kind} of at most ${most}`;
  return most === undefined ? `${kind} from ${least}` : `${kind} from ${least} to ${most}`;
}

/** Undefined for zod's bounds of a safe integer, which limit nothing. */
function boundOf(bound: unknown): number | undefined {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

function lengthOf(shape: unknown, name: 'minLength' | 'maxLength'): number | undefined {
  const length = memberOf(shape, name);
  return typeof length === 'number' ? length : undefined;
}

/** A member of a value that may not be an object. */
export function memberOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
