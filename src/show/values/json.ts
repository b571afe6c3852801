import { escapeJson } from '../../quote-text.ts';

/**
 * A value as JSON, in pieces, so that a summary of a million groups is never one string. Whatever can be iterated is a list. Numbers keep their bits: `-0`
 * stays `-0`, and what JSON lacks becomes the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. Members that are undefined
 * are left out. Characters that could steer a terminal or are not seen are escaped (`\\u061c`), which loses nothing. `indent` 0 gives one line.
 */
export function* jsonPieces(value: unknown, indent = 2, margin = '\n'): Generator<string, void, undefined> {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    yield scalarJson(value);
    return;
  }
  const isList = Symbol.iterator in value;
  const inner = indent === 0 ? '' : margin + ' '.repeat(indent);
  let separator = isList ? '[' : '{';
  const colon = indent === 0 ? ':' : ': ';
  for (const member of isList ? (value as Iterable<unknown>) : definedMembers(value)) {
    const [name, content] = isList ? ['', member] : (member as readonly [string, unknown]);
    yield separator + inner + (isList ? '' : scalarJson(name) + colon);
    yield* jsonPieces(content, indent, inner);
    separator = ',';
  }
  if (separator !== ',') yield isList ? '[]' : '{}';
  else yield `${indent === 0 ? '' : margin}${isList ? ']' : '}'}`;
}

/** A value as JSON on a line of its own. */
export function jsonLine(value: unknown): string {
  return `${[...jsonPieces(value, 0)].join('')}\n`;
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
