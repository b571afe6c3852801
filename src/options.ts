import type { ZodType } from 'zod';
import { BacktestExportError, isError, quoteText } from './errors.ts';
import { describeValue, isArray } from './describe-value.ts';
import { loadPackage } from './load-package.ts';
import { nearestName } from './nearest-name.ts';
import { memberOf, typeWords, wordsOf, type Issue } from './option-words.ts';
import { isCertainly, type Zod } from './plain-shapes.ts';

export { describeValue } from './describe-value.ts';
export type { Zod } from './plain-shapes.ts';

/**
 * Checks a function's options once, at the front door. Unknown names are refused: a misspelled option has no effect.
 * Zod is only loaded to say what is wrong.
 * @throws `OPTION_INVALID`, naming the function, the option and what was expected.
 */
export async function checkOptions<Options>(
  what: string,
  options: Options,
  shape: (z: Zod) => ZodType<NoInfer<Options>>,
): Promise<void> {
  if (readable(what, () => isCertainly(shape, options))) return;
  const { z } = await loadZod();
  parseOptions(
    what,
    options,
    withoutEval(z, () => shape(z)),
  );
}

/**
 * Makes shapes of objects that do not try whether `new Function` is allowed: a page's policy would report the attempt. The
 * setting is zod's, which the program around may use as well.
 */
function withoutEval<Shape>(z: Pick<typeof import('zod').z, 'config'>, make: () => Shape): Shape {
  const settings = z.config();
  const { jitless } = settings;
  z.config({ jitless: true });
  try {
    return make();
  } finally {
    z.config({ jitless });
  }
}

/** Loads zod, which takes about 70 ms. @throws as `loadPackage` */
export function loadZod(): Promise<typeof import('zod')> {
  return loadPackage('zod', 'checking options', () => import('zod'));
}

/**
 * A shape for each field of an interface: the compiler refuses a missing field, an additional one and another type. Of
 * functions only that they are functions can be checked.
 */
export type FieldShapes<Options> = {
  readonly [Name in keyof Required<Options>]: ZodType<
    NonNullable<Options[Name]> extends (...values: never[]) => unknown ? unknown : Options[Name]
  >;
};

/** The shape of an object of options, which refuses other names. */
export function objectShape<Options>(z: Zod, fields: FieldShapes<Options>): ZodType<Options> {
  // zod lets an optional field be undefined, the interfaces do not
  const shape: ZodType = z.strictObject(fields);
  return shape as ZodType<Options>;
}

/**
 * Checks options against a shape and returns them with its defaults filled in.
 * @throws `OPTION_INVALID`, without a cause: zod's own error repeats the whole shape, and a test runner prints causes.
 */
export function parseOptions<Shape extends ZodType>(what: string, options: unknown, shape: Shape): Shape['_output'] {
  return readable(what, () => parseReadable(what, options, shape));
}

function parseReadable<Shape extends ZodType>(what: string, options: unknown, shape: Shape): Shape['_output'] {
  const result = shape.safeParse(options, { reportInput: true });
  if (result.success) return result.data;
  const issues: readonly Issue[] = result.error.issues;
  const problems = issues.slice(0, mostProblems).map((issue) => describeIssue(what, issue, shape));
  const left = issues.length - problems.length;
  throw invalid([...problems, ...(left > 0 ? [`and ${left} more`] : [])].join('; '));
}

/**
 * Checks names and types of options, for synchronous functions that cannot load zod. `known` has a member for each option
 * of the type, so that the compiler reports a forgotten one.
 * @throws `OPTION_INVALID` for a non-object, an unknown name and another type
 */
export function assertOptions<Options>(
  what: string,
  options: Options,
  known: Readonly<Record<keyof NoInfer<Options>, OptionKind>>,
): void {
  const given: unknown = options;
  if (!isObject(given)) {
    throw invalid(`${what}: expected an object of options, found ${describeValue(given)}`);
  }
  for (const [name, value] of readable(what, () => Object.entries(given))) {
    if (!isKeyOf(known, name)) throw invalid(`${what}: ${unknownOption(name, Object.keys(known))}`);
    if (value !== undefined) assertKind(`${what}.${name}`, value, known[name]);
  }
}

/** Checks one argument of a function. @throws `OPTION_INVALID` */
export function assertKind(what: string, value: unknown, kind: OptionKind): void {
  if (typeof kind === 'string') {
    if (readable(what, () => kinds[kind](value))) return;
    throw invalid(`${what}: expected ${kind}, found ${describeValue(value)}`);
  } else if (!kind.some((name) => name === value)) {
    throw invalid(
      `${what}: ${wrongName({ code: 'invalid_value', path: [], message: '', values: kind, input: value })}`,
    );
  }
}

/** What an option or argument can be: a type in words, or one of these texts. */
export type OptionKind = KindWords | readonly string[];

type KindWords =
  'anything' | 'text' | 'true or false' | 'a number' | 'a Date' | 'a list' | 'an object' | 'an AbortSignal';

const kinds: Readonly<Record<KindWords, (value: unknown) => boolean>> = {
  anything: () => true,
  text: (value) => typeof value === 'string',
  'true or false': (value) => typeof value === 'boolean',
  'a number': (value) => typeof value === 'number',
  'a Date': isDate,
  'a list': isArray,
  'an object': isObject,
  'an AbortSignal': (value) => value instanceof AbortSignal,
};

/** The time of a Date, of another realm too, NaN for an invalid one; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** Whether a value is a Date, of another realm too. */
export function isDate(value: unknown): value is Date {
  return timeOf(value) !== undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function isKeyOf<Key extends PropertyKey>(table: Readonly<Record<Key, unknown>>, name: PropertyKey): name is Key {
  return Object.hasOwn(table, name);
}

/** The shape of a valid Date, of another realm too, such as a test of Jest; zod's own takes only those of this realm. */
export const dateShape = (z: Zod): ZodType<Date> => z.instanceof(AnyDate);

/** A class by whose name `option-words.ts` knows it. */
class AnyDate extends Date {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return !Number.isNaN(timeOf(value) ?? Number.NaN);
  }
}

/** Reads what a caller has given: a getter or a proxy can throw anything. @throws `OPTION_INVALID` */
export function readable<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof BacktestExportError) throw cause;
    const problem = `${what}: the options cannot be read: ${isError(cause) ? cause.message : describeValue(cause)}`;
    throw new BacktestExportError('OPTION_INVALID', problem, { cause });
  }
}

const mostProblems = 5;
const mostNames = 12;

function describeIssue(what: string, issue: Issue, shape: ZodType): string {
  const place = issue.path.reduce<string>(
    (text, piece) => (typeof piece === 'number' ? `${text}[${piece}]` : `${text}.${quoteText(String(piece), '')}`),
    what,
  );
  const [first = '', ...others] = issue.keys ?? [];
  switch (issue.code) {
    case 'unrecognized_keys':
      return [first, ...others.slice(0, mostProblems - 1)]
        .map(
          (name) => `${place}: ${unknownOption(name, namesAt(shape, issue.path))}${openHint(name, shape, issue.path)}`,
        )
        .join('; ');
    case 'invalid_value':
    case 'invalid_key':
      return `${place}: ${wrongName(issue)}`;
    case 'invalid_union':
      return describeUnion(place, issue, shape);
    default:
      return `${place}: ${wordsOf(issue, shapeAt(shape, issue.path))}`;
  }
}

/** Describes the branch of a union that accepts the value's type, or else all types expected. */
function describeUnion(place: string, issue: Issue, shape: ZodType): string {
  const branches = issue.errors ?? [];
  const meant = branches.find((issues) => issues.every((each) => !isOtherType(each, issue.input)));
  const [first] = meant ?? [];
  if (first !== undefined) return describeIssue(place, { ...first, input: first.input ?? issue.input }, shape);
  const expected = branches.flatMap((issues) => issues.map((each) => typeWords(each)));
  return `${place}: expected ${[...new Set(expected)].join(' or ')}, found ${describeValue(issue.input)}`;
}

/** Whether a branch of a union refuses the whole value because of its type. */
function isOtherType({ code, path, values = [] }: Issue, input: unknown): boolean {
  if (path.length > 0) return false;
  return (
    code === 'invalid_type' || (code === 'invalid_value' && values.every((value) => typeof value !== typeof input))
  );
}

function wrongName({ values = [], input }: Issue): string {
  const names = values.map(String);
  const expected = names.length === 1 ? names.join('') : `one of ${listNames(names)}`;
  const near = typeof input === 'string' ? nearestName(input, names) : undefined;
  return `expected ${expected}, found ${describeValue(input)}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function listNames(names: readonly string[]): string {
  if (names.length <= mostNames) return names.join(', ');
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`;
}

function unknownOption(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `unknown option ${quoteText(name)}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** A hint for an option that belongs in `open`. */
function openHint(name: string, shape: ZodType, path: readonly PropertyKey[]): string {
  return namesAt(shape, [...path, 'open']).includes(name) ? `; give it in open: { ${name} }` : '';
}

/** The option names allowed at a path; empty where the shape does not list them. */
function namesAt(shape: ZodType, path: readonly PropertyKey[]): string[] {
  const fields = memberOf(shapeAt(shape, path), 'shape');
  return typeof fields === 'object' && fields !== null ? Object.keys(fields) : [];
}

function shapeAt(shape: ZodType, path: readonly PropertyKey[]): unknown {
  let at: unknown = shape;
  for (const piece of path) at = member(unwrap(at), piece);
  return unwrap(at);
}

function member(shape: unknown, piece: PropertyKey): unknown {
  return memberOf(memberOf(shape, 'shape'), piece) ?? memberOf(shape, 'element');
}

/** The shape inside `optional`, `default` and similar wrappers. */
function unwrap(shape: unknown): unknown {
  let at = shape;
  for (let inner: unknown = at; inner !== undefined; inner = memberOf(memberOf(at, 'def'), 'innerType')) at = inner;
  return at;
}

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}
