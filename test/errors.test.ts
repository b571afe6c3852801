import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BacktestExportError, errorCodes, quoteText, reviveError, serializeError } from '#src/errors.js';
import { noteCodes } from '#src/metrics/notes.js';
import { failureOf } from './support/failure.js';
import { provocations } from './support/provoke.js';

describe('BacktestExportError', () => {
  it('names the place before the problem, in reading order', () => {
    const error = new BacktestExportError('NUMBER_INVALID', 'expected a number', {
      position: { file: 'a.csv', byte: 1042, record: 12, line: 13, column: 'p90' },
    });
    expect(error.message).toBe('a.csv, record 12, line 13, column p90, byte 1042: expected a number');
    expect(error.problem).toBe('expected a number');
  });

  it('survives a trip between threads', () => {
    const error = new BacktestExportError('CSV_FIELD_COUNT', 'expected 3', { position: { file: 'a', record: 0 } });
    const revived = reviveError(structuredClone(serializeError(error)));
    expect(revived).toMatchObject({
      code: 'CSV_FIELD_COUNT',
      message: 'a, header: expected 3',
      position: error.position,
    });
    expect(serializeError(new TypeError('odd'))).toMatchObject({ code: 'WORKER_FAILED' });
  });
});

describe('quoteText', () => {
  it('escapes what could forge a message and cuts what could flood it', () => {
    expect(quoteText('a\n\u001b[31m\u202eb')).toBe("'a\\n\\u001b[31m\\u202eb'");
    expect(quoteText('x'.repeat(5000))).toBe(`'${'x'.repeat(200)}… (5000 characters)'`);
  });
});

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
] as const satisfies readonly ReadingNoteCode[];
type ReadingNoteCode = import('#src/metrics/reading-notes.js').ReadingNote['code'];
type Missing = Exclude<ReadingNoteCode, (typeof readingNoteCodes)[number]>;
const noneMissing: [Missing] extends [never] ? true : false = true;

/** The tests, without those that meet every code for the sake of its documentation. */
const testTexts = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/^(?:errors\.test|support[/\\]provoke)\.ts$/.test(path))
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

  it.each(errorCodes)('%s: its example is what is thrown, and it has a test', async (code) => {
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
