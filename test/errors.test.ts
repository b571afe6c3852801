import { describe, expect, it } from 'vitest';
import { BacktestExportError, quoteText, reviveError, serializeError } from '#src/errors.js';

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
