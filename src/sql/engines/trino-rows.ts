import type { QueryResult } from 'trino-client';
import { describeValue, isArray } from '../../describe-value.ts';
import { quoteText } from '../../errors.ts';
import { engineError } from './engine-error.ts';
import type { SqlCell } from './engine.ts';

/** The rows of an answer. @throws `ENGINE_RESULT_INVALID` for what is no row of the columns */
export function* readRows(
  { data, columns }: QueryResult,
  width: number | undefined,
  place: string,
): Generator<readonly SqlCell[], void, undefined> {
  if (!isArray(data)) throw invalid(place, `expected rows, found ${describeValue(data)}`);
  for (const row of data as readonly unknown[]) {
    if (!isArray(row) || row.length !== width) {
      const found = isArray(row) ? `${row.length}` : describeValue(row);
      throw invalid(place, `expected a row of ${width ?? 'known'} columns, found ${found}`);
    }
    yield row.map((cell, at) => toCell(cell, columns?.[at], place));
  }
}

function toCell(value: unknown, column: { name: string; type: string } | undefined, place: string): SqlCell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // as it was read, a whole number that large may have been rounded
  const isRounded = typeof value === 'number' && column?.type === 'bigint' && !Number.isSafeInteger(value);
  if (typeof value === 'number' && !isRounded) return value;
  const expected = isRounded ? 'a whole number below 2^53' : 'text or a number';
  throw invalid(place, `column ${quoteText(column?.name ?? '')}: expected ${expected}, found ${describeValue(value)}`);
}

function invalid(place: string, problem: string): Error {
  return engineError('ENGINE_RESULT_INVALID', place, problem);
}
