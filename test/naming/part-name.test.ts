import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPartName, parsePartName, type PartNameFields } from '#src/naming/part-name.js';
import { failure } from '../support/failure.js';

const at = '2021-12-14T13-20-10Z';
const exportedAt = new Date('2021-12-14T13:20:10Z');
const usual = { exportedAt, offset: 'Z', digits: 1, format: 'CSV', extension: '.csv' };

function read(name: string, table?: 'forecasted-values' | 'accuracy-metrics-values'): unknown[] {
  const part = parsePartName(name, table === undefined ? {} : { table });
  return [part.jobName, part.convention, part.table];
}

describe('parsePartName', () => {
  it('reads the form seen in real exports, whose prefix names the table', () => {
    expect(parsePartName(`Forecasts_bike_demand_${at}_part10.csv`)).toEqual({
      ...usual,
      jobName: 'bike_demand',
      number: 10,
      convention: 'seen',
      table: 'forecasted-values',
    });
    expect(parsePartName(`Accuracy_bike_${at}_part0.csv`)).toMatchObject({
      jobName: 'bike',
      number: 0,
      table: 'accuracy-metrics-values',
    });
  });

  it('reads the documented form, whose table only the folder determines', () => {
    const documented = { ...usual, jobName: 'bike', number: 3, convention: 'documented' };
    expect(parsePartName(`bike_${at}_3.csv`)).toEqual({ ...documented, table: undefined });
    expect(parsePartName(`bike_${at}_3.csv`, { table: 'forecasted-values' })).toEqual({
      ...documented,
      table: 'forecasted-values',
    });
  });

  it('distinguishes a job named Accuracy_x from a prefix', () => {
    const [forecasts, accuracy] = ['forecasted-values', 'accuracy-metrics-values'] as const;
    expect(read(`Accuracy_x_${at}_0.csv`, accuracy)).toEqual(['Accuracy_x', 'documented', accuracy]);
    expect(read(`Accuracy_x_${at}_0.csv`)).toEqual(['Accuracy_x', 'documented', undefined]);
    expect(read(`Accuracy_x_${at}_part0.csv`, accuracy)).toEqual(['x', 'seen', accuracy]);
    expect(read(`Accuracy_x_${at}_part0.csv`)).toEqual(['x', 'seen', accuracy]);
    expect(read(`Accuracy_x_${at}_part0.csv`, forecasts)).toEqual(['Accuracy_x', 'unprefixed', forecasts]);
    expect(read(`Forecasts_Accuracy_x_${at}_part0.csv`, forecasts)).toEqual(['Accuracy_x', 'seen', forecasts]);
    expect(read(`Accuracy_Accuracy_x_${at}_part0.csv`, accuracy)).toEqual(['Accuracy_x', 'seen', accuracy]);
    expect(read(`Accuracy_${at}_part0.csv`, accuracy)).toEqual(['Accuracy', 'unprefixed', accuracy]);
  });

  it.each(['.parquet', '.snappy.parquet', '.gz.parquet', '.c000.snappy.parquet', '.c000.parquet'])(
    'reads the Parquet ending %s',
    (extension) => {
      expect(parsePartName(`bike_${at}_0${extension}`)).toMatchObject({ extension, format: 'PARQUET', number: 0 });
    },
  );

  it('reads a padded number and keeps its width', () => {
    const part = parsePartName(`Forecasts_bike_${at}_part007.c000.csv`);
    expect([part.number, part.digits, part.extension]).toEqual([7, 3, '.c000.csv']);
    expect(formatPartName({ ...part, number: 12 })).toBe(`Forecasts_bike_${at}_part012.c000.csv`);
  });

  it.each([
    [`bike_${at}_0.txt`, `extension: expected .csv or .parquet, found '21-12-14T13-20-10Z_0.txt' at the end`],
    [`bike_${at}_0.csv.gz`, `extension: expected .csv or .parquet, found '12-14T13-20-10Z_0.csv.gz' at the end`],
    [`bike_${at}_0.CSV`, 'extension: expected .csv or .parquet'],
    ['data.csv', `part number: expected _part<N> or _<N> before .csv, found 'data'`],
    [`bike_${at}_partx.csv`, 'part number: expected _part<N> or _<N> before .csv'],
    [`bike_${at}_part-1.csv`, 'part number: expected _part<N> or _<N> before .csv'],
    [`bike_${at}_part9007199254740993.csv`, `part number: expected at most 9007199254740991, found '9007199254740993'`],
    ['bike_2021-02-30T00-00-00Z_0.csv', `timestamp: there is no such date and time, found '2021-02-30T00-00-00Z'`],
    ['bike_0.csv', `timestamp: expected yyyy-MM-dd'T'HH-mm-ssZ`],
    [`${at}_0.csv`, 'job name: expected 1 to 63 characters, found none'],
    [`Accuracy__${at}_part0.csv`, 'job name: expected 1 to 63 characters, found none'],
    [`9bike_${at}_0.csv`, `job name: expected a letter first, found '9bike'`],
    [`bi-ke_${at}_0.csv`, `job name: expected letters, digits and underscores only, found 'bi-ke'`],
    [`b\nike_${at}_0.csv`, `job name: expected letters, digits and underscores only, found 'b\\nike'`],
    [`${'b'.repeat(64)}_${at}_0.csv`, 'job name: expected at most 63 characters, found 64'],
  ])('says which piece of %j is wrong', (name, problem) => {
    const [code, message] = failure(() => parsePartName(name));
    expect(code).toBe('PART_NAME_INVALID');
    expect(message).toContain(problem);
    expect(message).toMatch(/^part name '/);
  });
});

const jobNames = fc.oneof(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/),
  fc.constantFrom('Accuracy', 'Accuracy_x', 'Forecasts_', 'Forecasts_Accuracy_x', 'part0', 'a_0', 'x_part1'),
);
const fieldsOf = fc.record({
  jobName: jobNames,
  exportedAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000)),
  number: fc.oneof(fc.nat(), fc.maxSafeNat()),
  table: fc.constantFrom('forecasted-values' as const, 'accuracy-metrics-values' as const),
  convention: fc.constantFrom('seen' as const, 'documented' as const),
  offset: fc.constantFrom('Z', '+0000', '-0800', '+0545'),
  padding: fc.integer({ min: 1, max: 20 }),
  extension: fc.constantFrom('.csv', '.c000.csv', '.parquet', '.gz.parquet', '.c000.snappy.parquet'),
});

describe('formatPartName', () => {
  it('writes the form seen in real exports by default', () => {
    const fields: PartNameFields = {
      jobName: 'bike',
      exportedAt,
      number: 9,
      format: 'CSV',
      table: 'forecasted-values',
    };
    expect(formatPartName(Object.freeze(fields))).toBe(`Forecasts_bike_${at}_part9.csv`);
    expect(formatPartName({ ...fields, format: 'PARQUET', table: 'accuracy-metrics-values' })).toBe(
      `Accuracy_bike_${at}_part9.parquet`,
    );
    expect(formatPartName({ ...fields, convention: 'documented' })).toBe(`bike_${at}_9.csv`);
  });

  it('is the inverse of parsePartName', () => {
    fc.assert(
      fc.property(fieldsOf, ({ padding, ...given }) => {
        const written = String(given.number).length;
        const digits = padding > written ? padding : 1;
        const fields = { ...given, digits, format: given.extension.endsWith('.csv') ? 'CSV' : 'PARQUET' } as const;
        const name = formatPartName(fields);
        expect(parsePartName(name, { table: fields.table })).toEqual(fields);
        expect(formatPartName(parsePartName(name, { table: fields.table }))).toBe(name);
        if (fields.convention === 'seen') expect(parsePartName(name)).toEqual(fields);
      }),
    );
  });

  it('returns every parsed name unchanged', () => {
    const pieces = fc.constantFrom(
      'Accuracy_',
      'Forecasts_',
      'x',
      '_',
      'part',
      '0',
      '007',
      `_${at}_`,
      '.csv',
      '.parquet',
    );
    const names = fc.array(pieces, { maxLength: 8 }).map((list) => list.join(''));
    const hints = fc.constantFrom(undefined, 'forecasted-values' as const, 'accuracy-metrics-values' as const);
    fc.assert(
      fc.property(
        fc.oneof(
          names,
          fc.tuple(jobNames, names).map(([job, rest]) => `${job}_${at}_${rest}`),
        ),
        hints,
        (name, table) => {
          let part;
          try {
            part = parsePartName(name, table === undefined ? {} : { table });
          } catch {
            return;
          }
          expect(formatPartName(part)).toBe(name);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    [{ number: -1 }, 'part name, part number: expected a whole number from 0, found -1'],
    [{ number: 1.5 }, 'part name, part number: expected a whole number from 0, found 1.5'],
    [{ digits: 0 }, 'part name, part number: expected 1 to 255 digits, found 0'],
    [{ jobName: '../x' }, `part name, job name: expected a letter first, found '../x'`],
    [{ table: undefined }, 'part name, prefix: expected a table'],
    [{ extension: '.parquet' }, `part name, extension: expected one of CSV, found '.parquet'`],
    [{ extension: '.0.csv' }, `part number: expected _part<N>`],
    [
      { convention: 'unprefixed' as const, jobName: 'Forecasts_x' },
      `part name, job name: 'Forecasts_x_${at}_part0.csv' would be read as a part of the job 'x'`,
    ],
  ])('refuses %j', (change, problem) => {
    const fields = { jobName: 'bike', exportedAt, number: 0, format: 'CSV', table: 'forecasted-values' } as const;
    const [code, message] = failure(() => formatPartName({ ...fields, ...change }));
    expect(code).toBe('PART_NAME_INVALID');
    expect(message).toContain(problem);
  });
});
