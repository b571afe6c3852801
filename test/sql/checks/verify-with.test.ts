import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  verifyExport,
  type FindingCode,
  type VerificationReport,
  type VerifyOptions,
} from '#src/index.js';
import { createDuckDbEngine, verifyWith, type SqlEngine } from '#src/sql/index.js';
import { defectNames, generateExport, type DefectName, type GenerateOptions } from '#src/testing/index.js';
import { failureOf } from '../../support/failure.js';
import { swept } from '../../support/sweep.ts';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { smallExport, verifyCases } from '../../support/verify-cases.ts';

const engine = createDuckDbEngine({ threads: 1 });
afterAll(() => engine.close());

/** Everything of a report but places, greatest differences and notes about text. */
function comparable(report: VerificationReport): unknown {
  const { findings, notChecked, computed, summary, readingNotes: _, ...others } = report;
  return {
    ...others,
    findings: findings.map(({ code, severity, count }) => `${severity} ${code} ${count}`),
    notChecked: notChecked.filter(({ code }) => code !== 'TEXT_OF_FILES'),
    computed: computed.map(({ column, checked, differ }) => `${column} ${checked} ${differ}`),
    summary: summary.map(({ column, checked, differ }) => `${column} ${checked} ${differ}`),
  };
}

async function expectSame(folder: string, options: Pick<VerifyOptions, 'open'> = {}): Promise<VerificationReport> {
  const inSql = await verifyWith(engine, folder, options);
  expect(comparable(inSql)).toEqual(comparable(await verifyExport(folder, { ...options, threads: 1 })));
  expect(inSql.notChecked.map(({ code }) => code)).toContain('TEXT_OF_FILES');
  return inSql;
}

/** Of these DuckDB cannot read the text, or reads another one. */
const otherText: readonly DefectName[] = [
  'mixed-line-ends',
  'lone-cr',
  'cut-mid-row',
  'invalid-utf8',
  'too-few-fields',
  'too-many-fields',
  'unclosed-quote',
  'stray-quote',
  'endless-line',
  'shuffled-columns',
];

/** Defects that can be in one export, each in a part of its own: what a query costs is mostly its plan. */
const together: readonly (readonly DefectName[])[] = [
  ['byte-order-mark', 'crlf', 'no-final-newline', 'blank-lines', 'quoted-everything', 'second-byte-order-mark'],
  ['gzip-as-csv', 'zip-as-csv', 'utf16-as-csv', 'parquet-as-csv', 'missing-header', 'duplicate-column'],
  ['nul-byte-in-number', 'hex-number', 'comma-decimal', 'space-before-number', 'underscore-number', 'word-in-number'],
  ['overflow-number', 'not-defined-forecast', 'impossible-date', 'year-zero', 'leap-second', 'not-a-time'],
  ['negative-zero', 'long-number', 'halfway-number', 'loose-number', 'mixed-time-spelling', 'nul-byte-in-text'],
  ['empty-target', 'empty-forecast', 'nan-forecast', 'infinite-forecast', 'empty-item', 'empty-timestamp'],
  ['not-defined-partly', 'empty-metric', 'unknown-backtest-window', 'not-defined-with-forecasts'],
  ['zero-byte-part', 'header-only-part', 'part-number-repeated', 'foreign-file', 'hidden-files', 'no-markers'],
  ['summary-span-wrong', 'computed-metric-wrong', 'summary-metric-wrong', 'missing-summary-row'],
  ['digits-item-id', 'zero-actuals', 'crossed-quantiles', 'negative-forecasts', 'proto-column-names'],
];
const alone = defectNames.filter((name) => !otherText.includes(name) && !together.flat().includes(name));

describe('verifyWith in DuckDB', () => {
  it.each(
    [...swept(together, 3), ...swept(alone, 4).map((name) => [name])].map((defects) => ({
      name: defects.join(', '),
      defects,
    })),
  )('$name: the counts of verifyExport', async ({ defects }) => {
    const folder = temporaryFolder();
    const parts = Math.max(3, defects.length + 1);
    await generateExport(folder, { ...smallExport, parts, defects });
    await expectSame(folder, defects.includes('second-export-in-folder') ? { open: { exportedAt: 'latest' } } : {});
  });

  it.each<FindingCode>([
    'CHECK_MARKER_MISSING',
    'COLUMN_LEFT_OUT',
    'COLUMN_COUNTS_ROWS',
    'WINDOWS_OVERLAP',
    'FORECAST_NEGATIVE',
  ])('%s: the counts of verifyExport', async (code) => {
    const { options, change, verify } = verifyCases[code];
    const folder = await folderOf({ ...smallExport, ...options }, (storage) => change?.(storage));
    const { findings } = await expectSame(folder, verify?.open === undefined ? {} : { open: verify.open });
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  it.each<[string, GenerateOptions]>([
    ['Parquet', { format: 'PARQUET' }],
    [
      'months from the last day of one, in another item column',
      { frequency: 'M', firstWindowStart: '2020-01-31T00:00:00', itemColumn: 'sku' },
    ],
    ['many steps, hostile text', { items: 3, parts: 2, frequency: '15min', horizon: 130, textStyle: 'hostile' }],
    ['one step, one quantile, no mean, old metrics', { horizon: 1, forecastTypes: ['0.5'], metrics: '2020' }],
    ['missing actuals', { missingActuals: 0.1, dimensions: [] }],
  ])('%s: the counts of verifyExport', async (_, options) => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, ...options });
    await expectSame(folder);
  });

  it.each<[string, DefectName[], GenerateOptions]>([
    ['one step, a row twice', ['duplicate-row'], { horizon: 1 }],
    ['months, a row twice and a step missing', ['duplicate-row-nearly', 'missing-step'], { frequency: 'M' }],
    [
      'more steps than a whole number has bits',
      ['duplicate-row', 'missing-step'],
      { items: 3, parts: 2, horizon: 130 },
    ],
    ['several kinds of duplicates', ['duplicate-row', 'duplicate-row-nearly', 'duplicate-row-different'], {}],
    ['rows of a part twice, and a row twice', ['duplicate-part', 'duplicate-row'], {}],
    ['a part that cannot be read, and a missing step', ['word-in-number', 'missing-step'], {}],
  ])('%s: the counts of verifyExport', async (_, defects, options) => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, ...options, defects });
    expect((await expectSame(folder)).ok).toBe(false);
  });

  it('names the first keys of findings, their part, and cells with expected and found', async () => {
    const folder = temporaryFolder();
    const defects = ['duplicate-row', 'empty-forecast', 'computed-metric-wrong', 'missing-step'] as const;
    const { planted } = await generateExport(folder, { ...smallExport, parts: 4, defects });
    const [inSql, inFull] = [await verifyWith(engine, folder), await verifyExport(folder)];
    // lines and records are not known, and the step that is missing is not looked for
    const shown = ({ findings }: VerificationReport): unknown =>
      findings.map(({ code, places }) => [
        code,
        places.map(({ item, dimensions, timestamp, window, column, expected, found }) => {
          const time = code === 'STEP_MISSING' ? undefined : timestamp;
          return { item, dimensions: { ...dimensions }, time, window, column, expected, found };
        }),
      ]);
    expect(shown(inSql)).toEqual(shown(inFull));
    const twice = inSql.findings.find(({ code }) => code === 'DUPLICATE_EXACT')?.places[0];
    expect([twice?.file, twice?.of?.file]).toEqual([planted[0]?.path, planted[0]?.path]);
  });

  it('takes severities, the number of places, a tolerance and a frequency', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, defects: ['duplicate-row', 'computed-metric-wrong'] });
    const options = { maxPlaces: 0, tolerance: 1, rules: { DUPLICATE_EXACT: 'warn', SUMMARY_DIFFERS: 'off' } } as const;
    const report = await verifyWith(engine, folder, options);
    expect(report.findings.map(({ code, severity, places }) => [code, severity, places])).toEqual([
      ['DUPLICATE_EXACT', 'warn', []],
    ]);
    expect(report.tolerance).toBe(1);
    const byFrequency = await verifyWith(engine, folder, { frequency: { unit: 'minute', count: 30, text: '30min' } });
    expect(byFrequency.findings.find(({ code }) => code === 'STEP_MISSING')?.count).toBe(48 * 5);
  });

  it('refuses parts with their columns in another order, an answer without a part, and a tolerance below that of sums', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, defects: ['shuffled-columns'] });
    expect(await failureOf(() => verifyWith(engine, folder))).toEqual([
      'SQL_UNSUPPORTED',
      expect.stringContaining('in the order of'),
    ]);
    const whole = temporaryFolder();
    await generateExport(whole, smallExport);
    const forgetful = {
      name: 'forgetful',
      dialect: 'duckdb',
      query: (sql: string) =>
        engine.query(sql.replaceAll('part*.csv', 'part[01].csv').replaceAll('part[*].csv', 'part[01].csv')),
    } as const;
    expect(await failureOf(() => verifyWith(forgetful, whole))).toEqual([
      'ENGINE_RESULT_INVALID',
      expect.stringContaining("_part2.csv', found none"),
    ]);
    expect(await failureOf(() => verifyWith(engine, whole, { tolerance: 1e-12 }))).toEqual([
      'OPTION_INVALID',
      expect.stringContaining('tolerance'),
    ]);
  });

  it('ends with the error of a function that is told how far it is, whoever calls it', async () => {
    const whole = temporaryFolder();
    await generateExport(whole, smallExport);
    let ticks = 0;
    const slow: SqlEngine = {
      name: 'slow',
      dialect: 'duckdb',
      async *query(sql, { onProgress } = {}) {
        await new Promise<void>((resolve) => {
          setTimeout(() => {
            ticks++;
            onProgress?.({ done: 0.5, scannedBytes: null });
            resolve();
          }, 1);
        });
        yield* engine.query(sql);
      },
    };
    const onProgress = (): never => {
      throw new Error('no more');
    };
    await expect(verifyWith(slow, whole, { onProgress })).rejects.toThrow('no more');
    expect(ticks).toBe(1);
  });

  it('refuses an engine that reads parts which it was told to leave out, rather than ask for ever', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, defects: ['word-in-number'] });
    const stubborn: SqlEngine = {
      name: 'stubborn',
      dialect: 'duckdb',
      query: (sql, options) => engine.query(sql.replaceAll(/part NOT IN \([^)]*\)/g, '1 = 1'), options),
    };
    const [code, message] = await failureOf(() => verifyWith(stubborn, folder));
    expect([code, message]).toEqual(['ENGINE_RESULT_INVALID', expect.stringContaining('which was left out')]);
  });
});

/** A local folder with an export that was changed in memory. */
async function folderOf(
  options: GenerateOptions,
  change: (storage: ReturnType<typeof createMemoryStorage>) => unknown,
): Promise<string> {
  const storage = createMemoryStorage();
  const { files } = await generateExport(storage, options);
  change(storage);
  const folder = temporaryFolder();
  for (const { path } of files) {
    const bytes = storage.get(path);
    if (bytes === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
