import type { ZodType } from 'zod';
import { describeValue, readMember } from '../describe-value.ts';
import { BacktestExportError, quoteText, type ErrorCode, type ErrorPosition } from '../errors.ts';
import { checkOptions, type Zod } from '../options.ts';
import { formatVersion } from './plan-line.ts';

/** What a line should be. */
export interface ExpectedLine<Line> {
  /** Its member `kind`. */
  readonly kind: string;
  readonly shape: (z: Zod) => ZodType<Line>;
  /** Of its error. */
  readonly code: ErrorCode;
  readonly position: ErrorPosition;
}

/**
 * A line as it was printed, or as JSON makes of it. Whoever has passed it on may have changed the spaces and the order of its
 * members.
 * @throws `expected.code`; `VERSION_UNSUPPORTED`
 */
export async function readLine<Line>(given: unknown, expected: ExpectedLine<Line>): Promise<Line> {
  const { kind, shape, code, position } = expected;
  const refuse = (problem: string, cause?: unknown): never => {
    throw new BacktestExportError(code, problem, { position, cause });
  };
  const value = typeof given === 'string' ? parseJson(given, kind, refuse) : given;
  if (readMember(value, 'kind') !== kind) {
    return refuse(`expected a line of JSON with "kind":${JSON.stringify(kind)}, found ${describeKind(value)}`);
  }
  const format = readMember(value, 'format');
  if (typeof format === 'number' && format !== formatVersion) {
    const problem = `expected format ${formatVersion} of a ${kind}, found ${format}: another version of backtest-export has made it; use the same one for plan, map and reduce`;
    throw new BacktestExportError('VERSION_UNSUPPORTED', problem, { position });
  }
  try {
    await checkOptions(kind, value as Line, shape);
  } catch (error) {
    refuse(error instanceof BacktestExportError ? error.problem : String(error), error);
  }
  return value as Line;
}

function parseJson(text: string, kind: string, refuse: (problem: string) => never): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(`expected a ${kind} as a line of JSON, found ${quoteText(text)} (${text.length} characters)`);
  }
}

function describeKind(value: unknown): string {
  const kind = readMember(value, 'kind');
  return kind === undefined ? describeValue(value) : `"kind":${describeValue(kind)}`;
}
