import type { ZodType } from 'zod';
import { BacktestExportError, quoteText } from './errors.ts';
import { describeValue } from './describe-value.ts';
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
  if (isCertainly(shape, options)) return;
  const { z } = await import('zod');
  parseOptions(what, options, shape(z));
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
  const result = shape.safeParse(options, { reportInput: true });
  if (result.success) return result.data;
  const issues: readonly Issue[] = result.error.issues;
  const problems = issues.slice(0, mostProblems).map((issue) => describeIssue(what, issue, shape));
  const left = issues.length - problems.length;
  throw invalid([...problems, ...(left > 0 ? [`and ${left} more`] : [])].join('; '));
}

/**
 * Checks only the names of options, for synchronous functions that cannot load zod. `known` has a member for each
 * option of the type, so that the compiler reports a forgotten one.
 * @throws `OPTION_INVALID` for a non-object and for an unknown name
 */
export function assertOptionNames<Options>(
  what: string,
  options: Options,
  known: Readonly<Record<keyof NoInfer<Options>, unknown>>,
): void {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(`${what}: expected an object of options, found ${describeValue(given)}`);
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw invalid(`${what}: ${unknownOption(unknown, Object.keys(known))}`);
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
