import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExportTimestamp, parseExportInstant, parseExportTimestamp } from '#src/naming/export-timestamp.js';
import { failure } from '../support/failure.js';

describe('parseExportTimestamp', () => {
  it.each([
    ['2021-12-14T13-20-10Z', '2021-12-14T13:20:10.000Z', 'Z'],
    ['2021-12-14T13-20-10+0000', '2021-12-14T13:20:10.000Z', '+0000'],
    ['2021-12-14T05-20-10-0800', '2021-12-14T13:20:10.000Z', '-0800'],
    ['2021-01-01T00-10-00+0545', '2020-12-31T18:25:00.000Z', '+0545'],
    ['2020-02-29T23-59-59Z', '2020-02-29T23:59:59.000Z', 'Z'],
    ['0099-01-01T00-00-00Z', '0099-01-01T00:00:00.000Z', 'Z'],
  ])('reads %s', (text, iso, offset) => {
    const { date, offset: found } = parseExportTimestamp(text);
    expect([date.toISOString(), found]).toEqual([iso, offset]);
  });

  it.each([
    '2021-02-29T00-00-00Z',
    '2021-13-01T00-00-00Z',
    '2021-00-01T00-00-00Z',
    '2021-04-31T00-00-00Z',
    '2021-01-00T00-00-00Z',
    '2021-01-01T24-00-00Z',
    '2021-01-01T00-60-00Z',
    '2016-12-31T23-59-60Z',
    '0000-01-01T00-00-00Z',
  ])('refuses %s, which no calendar has', (text) => {
    expect(failure(() => parseExportTimestamp(text))).toEqual([
      'EXPORT_TIMESTAMP_INVALID',
      `export timestamp: there is no such date and time, found '${text}'`,
    ]);
  });

  it.each(['', '2021-12-14', '2021-12-14T13:20:10Z', '2021-12-14T13-20-10', '2021-12-14T13-20-10z', 'x\n'])(
    'refuses the shape of %j',
    (text) => {
      const [code, message] = failure(() => parseExportTimestamp(text));
      expect(code).toBe('EXPORT_TIMESTAMP_INVALID');
      expect(message).toMatch(/^export timestamp: expected yyyy-MM-dd'T'HH-mm-ssZ such as .*, found '/);
    },
  );

  it.each(['+2400', '-0060'])('refuses the offset %s', (offset) => {
    const [code, message] = failure(() => parseExportTimestamp(`2021-12-14T13-20-10${offset}`));
    expect(code).toBe('EXPORT_TIMESTAMP_INVALID');
    expect(message).toContain(`there is no offset ${offset}`);
  });
});

describe('formatExportTimestamp', () => {
  it('writes UTC with a literal Z, without the milliseconds', () => {
    expect(formatExportTimestamp(new Date('2021-12-14T13:20:10.999Z'))).toBe('2021-12-14T13-20-10Z');
  });

  it('is the inverse of parseExportTimestamp', () => {
    const seconds = fc.integer({ min: -62_135_596_800 + 86_400, max: 253_402_300_799 - 86_400 });
    const offset = fc.oneof(
      fc.constant('Z'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map(([sign, h, m]) => `${sign}${String(h).padStart(2, '0')}${String(m).padStart(2, '0')}`),
    );
    fc.assert(
      fc.property(seconds, offset, (seconds, offset) => {
        const date = new Date(seconds * 1000);
        const text = formatExportTimestamp(date, offset);
        expect(parseExportTimestamp(text)).toEqual({ date, offset });
      }),
    );
  });

  it('refuses what it could not read back', () => {
    expect(failure(() => formatExportTimestamp(new Date(NaN)))).toEqual([
      'EXPORT_TIMESTAMP_INVALID',
      'export timestamp: expected a date, found an invalid Date',
    ]);
    expect(failure(() => formatExportTimestamp(new Date('+010000-01-01T00:00:00Z')))).toEqual([
      'EXPORT_TIMESTAMP_INVALID',
      "export timestamp: expected a year from 1 to 9999, found '10000'",
    ]);
    expect(failure(() => formatExportTimestamp(new Date(0), '+01:00'))).toEqual([
      'EXPORT_TIMESTAMP_INVALID',
      "export timestamp: expected an offset such as Z, +0000 or -0800, found '+01:00'",
    ]);
  });
});

describe('parseExportInstant', () => {
  it.each([
    '2021-12-14T13-20-10Z',
    '2021-12-14T05-20-10-0800',
    '2021-12-14T13:20:10Z',
    '2021-12-14T13:20:10.000Z',
    '2021-12-14T05:20:10-08:00',
    '2021-12-14T05:20:10-0800',
  ])('reads %s', (text) => {
    expect(parseExportInstant(text).toISOString()).toBe('2021-12-14T13:20:10.000Z');
  });

  it.each(['latest ', '2021-12-14', '2021-12-14T13:20:10', '2021-12-14T13:20:10.5Z'])('refuses %j', (text) => {
    const [code, message] = failure(() => parseExportInstant(text));
    expect(code).toBe('EXPORT_TIMESTAMP_INVALID');
    expect(message).toContain(`or ISO 8601 such as 2021-12-14T13:20:10Z, found '${text}'`);
  });
});
