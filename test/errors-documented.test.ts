import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#src/errors.js';
import { noteCodes } from '#src/metrics/base/notes.js';
import { failureOf } from './support/failure.js';
import { provocations } from './support/provoke.js';

const documents = join(import.meta.dirname, '..', 'docs');
const errorsPage = readFileSync(join(documents, 'errors.md'), 'utf8');
const metricsPage = readFileSync(join(documents, 'metrics.md'), 'utf8');
/** Codes of reading notes are a type only; this list fails to compile where it is wrong. */
const readingNoteCodes = [
  'BLANK_LINES',
  'HEADER_REPEATED',
  'LAST_ROW_UNTERMINATED',
  'BYTE_ORDER_MARK',
  'LINE_ENDS_MIXED',
  'TIME_SPELLINGS_MIXED',
  'PAGES_UNCHECKED',
] as const satisfies readonly ReadingNoteCode[];
type ReadingNoteCode = import('#src/export/reading-notes.js').ReadingNote['code'];
type Missing = Exclude<ReadingNoteCode, (typeof readingNoteCodes)[number]>;
const noneMissing: [Missing] extends [never] ? true : false = true;

/** The tests, without those that meet every code for the sake of its documentation. */
const testTexts = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/^(?:errors-documented\.test|support[/\\]provoke)\.ts$/.test(path))
  .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'));

function isTested(code: string): boolean {
  const quoted = new RegExp(String.raw`(['"\`])(?:warning )?${code}(?:\1| |:)`);
  return testTexts.some((text) => quoted.test(text));
}

describe('docs/errors.md', () => {
  const sections = new Map(
    errorsPage.split(/^### /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
  );

  it('has a section for each code, in the order of the list, and no other', () => {
    expect([...sections.keys()].slice(1)).toEqual([...errorCodes]);
  });

  it.each(errorCodes)('%s: its example matches the thrown error, and it has a test', async (code) => {
    const [found, message] = await failureOf(async () => provocations[code]());
    expect(found).toBe(code);
    expect(/^ {4}(.*)$/m.exec(sections.get(code) ?? '')?.[1]).toBe(message);
    expect(isTested(code)).toBe(true);
  });
});

describe('docs/metrics.md', () => {
  it('has a row for each note code and reading note, in order, and no other', () => {
    const rows = [...metricsPage.matchAll(/^\| `([A-Z]+(?:_[A-Z]+)+)` /gm)].map((match) => match[1]);
    expect(rows).toEqual([...noteCodes, ...readingNoteCodes]);
    expect(noneMissing).toBe(true);
  });

  it('each of them has a test', () => {
    expect([...noteCodes, ...readingNoteCodes].filter((code) => !isTested(code))).toEqual([]);
  });
});
