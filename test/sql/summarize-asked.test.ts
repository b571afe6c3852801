import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExport, createMemoryStorage, summarize, type BacktestExport, type ExportSummary } from '#src/index.js';
import { listGroups } from '#src/metrics/summarize.js';
import type { SqlCell } from '#src/sql/engines/engine.js';
import { summarizeAsked } from '#src/sql/summarize-asked.js';
import { readRanges } from '#src/sql/summary/choose-ladders.js';
import { AnswerReader } from '#src/sql/engines/read-answer.js';
import type { SummarizeWithOptions } from '#src/sql/summarize-with-options.js';
import { generateExport } from '#src/testing/index.js';
import { readPlainRows, SlowAnswers, type PartRow, type Tampering } from '../reference/slow-answers.ts';
import { seededRandom } from '../support/column-batch.ts';
import { failureOf } from '../support/failure.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

/** The summary of an export by answers of the reference, and those. */
async function askSlowly(
  source: BacktestExport,
  options: SummarizeWithOptions = {},
  { change = (rows) => rows, ...tampering }: Tampering & { change?: (rows: PartRow[]) => PartRow[] } = {},
): Promise<{ summary: ExportSummary; answers: SlowAnswers | undefined }> {
  const rows = source.forecastedValues.exists ? change(await readPlainRows(source)) : [];
  let answers: SlowAnswers | undefined;
  const listed = await summarizeAsked(source, options, async (plan, work) => {
    return work((answers = new SlowAnswers(rows, plan, source.dimensions, seededRandom(7), tampering)));
  });
  return { summary: await listGroups(listed, options, () => undefined), answers };
}

/** As `summarize` has it, but for what only reading the text shows. */
async function expectSame(source: BacktestExport, options: SummarizeWithOptions): Promise<SlowAnswers | undefined> {
  const { readingNotes: _, ...expected } = await summarize(source, options);
  const { summary, answers } = await askSlowly(source, options);
  const { readingNotes: __, ...found } = summary;
  expect(found).toEqual(expected);
  return answers;
}

const header =
  'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p50,p90';

/** An export of one part with these lines. */
async function exportOf(...lines: string[]): Promise<BacktestExport> {
  const storage = createMemoryStorage([
    ['forecasted-values/bike_2021-12-14T13-20-10Z_part0.csv', [header, ...lines, ''].join('\n')],
  ]);
  return openExport(storage);
}

function line(item: string, hour: number, y: number | string, ...forecasts: (number | string)[]): string {
  const time = `2019-01-01T${String(hour).padStart(2, '0')}:00:00`;
  return [item, 'x', time, y, '2019-01-01T00:00:00', '2019-01-01T03:00:00', ...forecasts].join(',');
}

const groupings = [[], ['window'], ['item'], ['step'], ['item', 'window'], ['item', 'step']];

describe('the summary of sums that somebody else added up', () => {
  it.each(readdirSync(fixtures))('is that of %s, whatever it is grouped by', async (name) => {
    const source = await openExport(
      join(fixtures, name, 'export'),
      name === 'two-exports' ? { exportedAt: 'latest' } : {},
    );
    for (const by of [[], ['item', 'step'], source.dimensions.slice(0, 1)]) await expectSame(source, { by });
  });

  it.each([
    { frequency: '15min', textStyle: 'hostile', dimensions: [{ name: 'store', cardinality: 2 }], missingActuals: 0.1 },
    { frequency: 'M', textStyle: 'unicode', forecastTypes: ['0.1', '0.9'], zeroActuals: 1 },
    { frequency: 'Y', windows: 3, forecastTypes: ['mean'] },
    { frequency: 'D', windows: 2, forecastTypes: ['0.01', '0.25', '0.5', '0.75', '0.99'], point: 'p75' },
  ] as const)('is that of a generated export: %j', async ({ point, ...shape }: Record<string, unknown>) => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 5, horizon: 6, parts: 2, seed: 3, ...shape });
    const source = await openExport(storage);
    for (const by of [...groupings, source.dimensions]) {
      await expectSame(source, { by, ...(typeof point === 'string' ? { point } : {}) });
    }
    await expectSame(source, {
      by: ['item'],
      worst: { metric: shape['forecastTypes'] === undefined ? 'WAPE' : 'coverage[0.9]', count: 2 },
      reading: 'averaged',
      accuracyMetrics: false,
    }).catch((error: unknown) => expect(error).toMatchObject({ code: 'OPTION_INVALID' }));
  });

  it('is that of rows without actuals, forecasts, windows and timestamps', async () => {
    const source = await exportOf(
      line('a', 0, 1, 2, 3, 4, 5),
      line('a', 1, '', 2, 'NaN', '', -5),
      line('a', 2, 'NaN', 'Infinity', 1, 2, 3),
      line('b', 3, 0, '', '', '', ''),
      line('b', 0, -4, 1, 9, 2, 'inf'),
      line('', 1, 7, '', 1, 2, 3),
      'c,x,,5,2019-01-01T00:00:00,2019-01-01T03:00:00,1,1,1,1',
      'c,y,2019-01-01T00:00:00,5,,2019-01-01T03:00:00,1,1,1,1',
      'd,y,2019-01-01T00:30:00,5,2019-01-01T00:00:00,,1,1,1,1',
      'd,y,2019-01-01T00:30:00,5,2019-01-01T00:00:00,2019-01-01T03:00:00,1,1,1,1',
    );
    for (const by of [...groupings, ['store']]) {
      const answers = await expectSame(source, { by });
      expect(answers?.asked).toHaveLength(2);
    }
  });

  it('is asked for again, by the range of the numbers, where the usual parts of them do not suffice', async () => {
    const source = await exportOf(
      line('a', 0, 1e300, 1e-300, 5e-324, 3, 1e12),
      line('a', 1, 123.456, 7e150, 1e-9, 2, 3),
      line('b', 2, 3e-310, 1e-320, 1, 2, 3),
    );
    const failure = await failureOf(async () => expectSame(source, {}));
    // the square of an error is infinite
    expect(failure[0]).toBe('SUMS_INEXACT');
    const lesser = await exportOf(
      line('a', 0, 1e140, 1e-300, 5e-324, 3, 1e12),
      line('a', 1, 123.456, 7e150, 1e-9, 2, 3),
      line('b', 2, 3e-310, 1e-320, 1, 2, 3),
    );
    const answers = await expectSame(lesser, { by: ['item'] });
    expect(answers?.asked.map((question) => (typeof question === 'string' ? question : 'groups'))).toEqual([
      'counts',
      'groups',
      'ranges',
      'groups',
    ]);
  });

  it('ends with the error of a function that is told how far the ranges are', async () => {
    const source = await exportOf(line('a', 0, 1e140, 1, 1, 3, 1e12));
    const rows = await readPlainRows(source);
    const asked: string[] = [];
    const summary = summarizeAsked(
      source,
      {
        onProgress: () => {
          throw new Error('no more');
        },
      },
      async (plan, work) => {
        const answers = new SlowAnswers(rows, plan, source.dimensions, seededRandom(7));
        return work({
          name: 'it',
          counts: () => answers.counts(),
          groups: (sums) => (asked.push('groups'), answers.groups(sums)),
          ranges: ({ onProgress }) => {
            asked.push('ranges');
            onProgress?.({ done: 1, scannedBytes: null });
            return answers.ranges();
          },
        });
      },
    );
    await expect(summary).rejects.toThrow('no more');
    expect(asked).toEqual(['groups', 'ranges']);
  });

  it('says how far plain sums can be off, and is not farther off', async () => {
    const source = await openExport(join(fixtures, 'retail', 'export'));
    const expected = await summarize(source);
    const { summary, answers } = await askSlowly(source, { sums: 'plain' });
    expect(answers?.asked).toEqual(['counts', 'plain']);
    expect(summary.notes.at(-1)).toMatchObject({ code: 'SUMS_ROUNDED', where: 'summary', count: 1 });
    expect(summary.notes.slice(0, -1)).toEqual(expected.notes);
    const [found = NaN, exact = NaN] = [summary, expected].map(({ summary: { metrics } }) => metrics.RMSE ?? NaN);
    expect(Math.abs(found / exact - 1)).toBeLessThan(expected.export.rows * 1.2e-16);
    expect(summary.summary.counts).toEqual(expected.summary.counts);
  });

  it('has no figures without forecasted-values, and asks nobody', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 3 });
    const [accuracy] = (await openExport(storage)).accuracyMetrics.parts;
    const bytes = new Uint8Array(accuracy?.size ?? 0);
    await (await storage.open(accuracy?.path ?? '')).read(bytes, 0);
    const source = await openExport(createMemoryStorage([[accuracy?.path ?? '', bytes]]));
    expect(await expectSame(source, {})).toBeUndefined();
    expect((await failureOf(() => askSlowly(source, { by: ['item'] })))[0]).toBe('TABLE_NOT_FOUND');
  });

  it('hands out groups one by one, and tells how far it is', async () => {
    const source = await openExport(join(fixtures, 'retail', 'export'));
    const groups: unknown[] = [];
    const phases = new Set<string>();
    const listed = await askSlowly(source, {
      by: ['item'],
      onGroup: (group) => void groups.push(group),
      onProgress: ({ phase }) => phases.add(phase),
    });
    expect(listed.summary.groups).toEqual([]);
    expect(groups).toEqual((await summarize(source, { by: ['item'] })).groups);
    expect([...phases]).toEqual(['reading', 'figures', 'order']);
  });
});

describe('an answer that cannot be right', () => {
  const rowsOf = async (): Promise<BacktestExport> =>
    exportOf(line('a', 0, 1, 2, 3, 4, 5), line('b', 1, '', 2, 3, 4, 5));
  const refused = async (tampering: Parameters<typeof askSlowly>[2], options: SummarizeWithOptions = {}) =>
    failureOf(async () => askSlowly(await rowsOf(), options, tampering));
  const inColumn =
    (kind: string, cell: unknown) =>
    (row: unknown[], columns: readonly unknown[]): never => {
      const at = columns.findIndex(
        (column) => (typeof column === 'string' ? column : (column as { kind: string }).kind) === kind,
      );
      return row.map((before, index) => (index === at ? cell : before)) as never;
    };

  it.each([
    ['count', -1, 'expected a whole number in the column count 0 of the answer, found -1'],
    ['count', '1.5', "expected a whole number in the column count 0 of the answer, found '1.5'"],
    ['count', true, 'expected a whole number in the column count 0 of the answer, found true'],
    ['level', 'NaN', "expected a finite number in the column sum 0 of the answer, found 'NaN'"],
    [
      'level',
      0.1,
      'expected an exact sum of multiples of 2^-25, found 0.1: the engine does not compute in IEEE doubles',
    ],
    ['level', 3n, 'expected a finite number in the column sum 0 of the answer, found 3'],
    [
      'windowStart',
      '1 January',
      "expected a time such as 2017-06-19 00:00:00 in the column window_start of the answer, found '1 January'",
    ],
    ['windowEnd', 5, 'expected a time as text in the column window_end of the answer, found 5'],
    ['excluded', 16, 'as the mask of forecasts that they lack'],
    ['excluded', null, 'expected the mask of forecasts that rows lack, found none'],
    // no row lacks the mean, as the counts say
    ['excluded', 1, 'as the mask of forecasts that they lack'],
    ['level', null, 'expected sum 0 of rows that have its numbers, found none'],
    ['level', -1, 'expected sum 0 from 0, found -1'],
    ['count', 99, 'expected the counts of a group to fit together, found 99 rows, of which 1 have an actual'],
  ])('%s %s is refused', async (kind, cell, message) => {
    const [code, found] = await refused({ groups: inColumn(kind, cell) });
    expect([code, found]).toEqual(['ENGINE_RESULT_INVALID', expect.stringContaining(message)]);
  });

  it.each([
    ['items', 0],
    ['items', null],
  ])('%s %s of a window that has rows is refused', async (column, cell) => {
    const [code, found] = await refused({ counts: inColumn(column, cell) });
    expect([code, found]).toEqual(['ENGINE_RESULT_INVALID', expect.stringContaining('expected items of each window')]);
  });

  it('an item that is no text is refused', async () => {
    const [code, found] = await refused({ groups: inColumn('item', 5) }, { by: ['item'] });
    expect([code, found]).toEqual([
      'ENGINE_RESULT_INVALID',
      'the reference: expected a text in the column item of the answer, found 5',
    ]);
  });

  it('a row too short, a group that is missing, and one that comes twice are refused', async () => {
    expect((await refused({ groups: () => ({ length: 58 }) as never }))[1]).toMatch(/cells, found an object$/);
    expect((await refused({ groups: (row) => row.slice(1) }))[1]).toMatch(
      /expected rows of \d+ cells, found one of \d+/,
    );
    const missing = await refused({ groups: (row, _, index) => (index === 0 ? [] : row) }, { by: ['item'] });
    expect(missing).toEqual([
      'ENGINE_RESULT_INVALID',
      'the reference: expected sums of the 2 rows that were counted in window 2019-01-01T00:00:00.000Z/2019-01-01T03:00:00.000Z, ' +
        'found sums of 1: the answer is incomplete, or the data changed between two statements',
    ]);
  });

  it.each([
    ['items', 9, 'expected as many rows as items or more, found 9 items in'],
    ['part', null, 'expected the file of every row, found rows without one'],
    ['allParts', 0, 'expected rows of a window, of a part, or of all, found another one'],
    ['allWindows', 1, 'expected one row of all windows and parts, found two'],
  ])('counts with %s %s are refused', async (column, cell, message) => {
    const [code, found] = await refused({ counts: inColumn(column, cell) });
    expect([code, found]).toEqual(['ENGINE_RESULT_INVALID', expect.stringContaining(message)]);
  });

  it('counts that do not add up are refused', async () => {
    const moreInAll = (row: SqlCell[], columns: readonly string[]): SqlCell[] =>
      row[columns.indexOf('allWindows')] === '1' ? inColumn('rows', 3)(row, columns) : row;
    const [code, found] = await refused({ counts: moreInAll });
    expect([code, found]).toEqual([
      'ENGINE_RESULT_INVALID',
      'the reference: expected the same number of rows three times, found 3 in all, 2 in windows and 2 in parts',
    ]);
  });

  it('both answers without a row of a window are refused, as the parts have it', async () => {
    const fewer = (row: SqlCell[], columns: readonly string[]): SqlCell[] =>
      row[columns.indexOf('allWindows')] === 0 ? inColumn('rows', 1)(inColumn('items', 1)(row, columns), columns) : row;
    const groups = (row: SqlCell[], _: unknown, index: number): SqlCell[] => (index === 0 ? [] : row);
    expect(await refused({ counts: fewer, groups }, { by: ['item'] })).toEqual([
      'ENGINE_RESULT_INVALID',
      'the reference: expected the same number of rows three times, found 2 in all, 1 in windows and 2 in parts',
    ]);
  });

  it.each([0, 2])('%s rows of the ranges of numbers are refused', async (rows) => {
    const columns = [{ ladder: 'errors', bound: 'largest' }] as const;
    const answer = async function* (): AsyncGenerator<readonly SqlCell[]> {
      for (let row = 0; row < rows; row++) yield [1];
    };
    expect(await failureOf(() => readRanges(columns, answer(), new AnswerReader('it')))).toEqual([
      'ENGINE_RESULT_INVALID',
      `it: expected one row of the ranges of terms, found ${rows}`,
    ]);
  });

  it('that leaves a part out, or is from a file that is none, is refused; a part that is a header alone is not', async () => {
    const name = (number: number): string => `forecasted-values/bike_2021-12-14T13-20-10Z_part${number}.csv`;
    const text = [header, line('a', 0, 1, 2, 3, 4, 5), ''].join('\n');
    const storage = createMemoryStorage([
      [name(0), text],
      [name(1), text],
      [name(2), `${header}\n`],
      [name(3), ''],
    ]);
    const source = await openExport(storage);
    const of = (part: string) => (rows: PartRow[]) => rows.map((row) => ({ ...row, part }));
    const [code, found] = await failureOf(async () => askSlowly(source, {}, { change: of(`/mnt/${name(0)}`) }));
    expect([code, found]).toEqual([
      'ENGINE_RESULT_INVALID',
      `the reference: expected rows of every part that has some, found none of '${name(1)}'`,
    ]);
    const stranger = await failureOf(async () => askSlowly(source, {}, { change: of('s3://bucket/other.csv') }));
    expect(stranger[1]).toBe(
      "the reference: expected rows of the export's parts alone, found rows of 's3://bucket/other.csv' as well",
    );
    const both = (rows: PartRow[]): PartRow[] =>
      rows.map((row, index) => ({
        ...row,
        part: index === 0 ? `/mnt/${name(0)}` : encodeURIComponent(`/mnt/${name(1)}`),
      }));
    expect((await askSlowly(source, {}, { change: both })).summary.export.rows).toBe(2);
  });

  it('of cells that are not what their column should be says how many there are, whatever the others say', async () => {
    const [code, found] = await refused(
      {
        groups: (row, columns) => inColumn('count', null)(inColumn('unreadable', 3n)(row, columns), columns),
      },
      { by: ['item'] },
    );
    expect([code, found]).toEqual([
      'CELLS_UNREADABLE',
      'the reference: expected every cell of forecasted-values to be empty or what its column should be, found 6 that are not; verify names their places',
    ]);
  });

  it('whose levels do not take the numbers of their own range is refused', async () => {
    const [code, found] = await refused({ groups: inColumn('rest', 2) });
    expect([code, found]).toEqual([
      'SUMS_INEXACT',
      expect.stringContaining('found 2 rows that are not the sum of their parts'),
    ]);
  });
});
