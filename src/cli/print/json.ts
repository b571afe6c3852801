import { escapeJson } from '../../quote-text.ts';

/**
 * A value as JSON, in pieces, so that a summary of a million groups is never one string. Numbers keep their bits: `-0`
 * stays `-0`, and what JSON lacks becomes the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. Members that are undefined
 * are left out. Characters that could steer a terminal or are not seen are escaped (`\\u061c`), which loses nothing. `indent` 0 gives one line.
 */
export function* jsonPieces(value: unknown, indent = 2, margin = '\n'): Generator<string, void, undefined> {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    yield scalarJson(value);
    return;
  }
  const list = Array.isArray(value);
  const members = list ? value.map((each) => ['', each] as const) : definedMembers(value);
  if (members.length === 0) {
    yield list ? '[]' : '{}';
    return;
  }
  const inner = indent === 0 ? '' : margin + ' '.repeat(indent);
  let separator = list ? '[' : '{';
  for (const [name, member] of members) {
    yield `${separator}${inner}${list ? '' : `${scalarJson(name)}:${indent === 0 ? '' : ' '}`}`;
    yield* jsonPieces(member, indent, inner);
    separator = ',';
  }
  yield `${indent === 0 ? '' : margin}${list ? ']' : '}'}`;
}

/** A whole JSON document over several lines, the last one ended. */
export function* jsonDocument(value: unknown): Generator<string, void, undefined> {
  yield* jsonPieces(value);
  yield '\n';
}

/** A value as JSON on one line. */
export function formatJsonLine(value: unknown): string {
  return [...jsonPieces(value, 0)].join('');
}

function definedMembers(value: object): (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function scalarJson(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `"${value}"`;
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (typeof value === 'bigint') return String(value);
  return escapeJson(JSON.stringify(value) ?? 'null');
}
