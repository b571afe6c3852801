import { describe, expect, it, onTestFinished } from 'vitest';
import { openExport } from '#src/index.js';
import { createDuckDbEngine, writeSql } from '#src/sql/index.js';
import { writeStatements } from '#src/sql/write-sql.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../../support/collect.js';
import { failureOf } from '../../support/failure.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { smallExport } from '../../support/verify-cases.ts';

describe('writeSql for verify', () => {
  it('prints statements that count what verify finds, by rule', async () => {
    const folder = temporaryFolder();
    const defects = [
      'duplicate-row',
      'missing-step',
      'computed-metric-wrong',
      'repeated-header',
      'empty-forecast',
    ] as const;
    await generateExport(folder, { ...smallExport, parts: 6, defects });
    const engine = createDuckDbEngine({ threads: 1 });
    onTestFinished(() => engine.close());
    const statements = await writeStatements(await openExport(folder), { dialect: 'duckdb', for: 'verify' });
    const answers = [];
    for (const { sql } of statements) answers.push(await collect(engine.query(sql)));
    expect(statements.map(({ comment }) => comment.split(' ').slice(0, 3).join(' '))).toEqual([
      'A view over',
      'A view over',
      'Rows of forecasted-values',
      'Rows of accuracy-metrics-values',
      'Series and their',
      'Rows of forecasted-values',
      'Rows of accuracy-metrics-values',
      'Removes "forecasted_values", not',
      'Removes "accuracy_metrics_values", not',
    ]);
    const [, , rows = [], , series = [], forecasts, metrics] = answers;
    // window_start, window_end, time, no_item, part, by_part; then counts: rows, header lines, bad, missing actuals, missing forecasts
    const byPart = rows.filter((row) => Number(row[5]) === 1).map((row) => row.slice(6, 11).map(Number));
    expect(byPart.reduce((sums, row) => sums.map((sum, index) => sum + (row[index] ?? 0)))).toEqual([288, 7, 0, 0, 1]);
    const found = series.filter(([rule]) => !String(rule).startsWith('SUMMARY_DIFFERS '));
    expect(found.map(([rule, amount, differ]) => `${rule} ${amount} ${differ}`)).toEqual([
      'series 24 0',
      'items 12 0',
      'suspects 1 0',
      'STEP_MISSING 1 0',
      'ROWS_REPEATED 1 0',
      'ROWS_MISSING 2 0',
      'only sum 45 0',
      'bounded 3 0',
      'can be sum 3 0',
      'COMPUTED_DIFFERS wQL[0.1] 45 1',
      'COMPUTED_DIFFERS wQL[0.5] 45 0',
      'COMPUTED_DIFFERS wQL[0.9] 45 0',
      'COMPUTED_DIFFERS Average wQL 45 0',
      'COMPUTED_DIFFERS RMSE 45 0',
      'COMPUTED_DIFFERS WAPE, as a sum 45 0',
      'COMPUTED_DIFFERS WAPE, as a ratio 45 45',
      'COMPUTED_DIFFERS MAPE 45 0',
    ]);
    // part, first_part, likeness, copies, rows: the window of the row that is there twice
    expect(forecasts?.map(([, , likeness, copies, n]) => [likeness, copies, n].map(Number)).sort()).toEqual([
      [0, 1, 5],
      [0, 2, 1],
      [1, 2, 1],
    ]);
    expect(metrics).toEqual([]);
  });

  it('fits into a statement of Athena, and refuses what is of summaries', async () => {
    const folder = temporaryFolder();
    await generateExport(folder, { ...smallExport, frequency: 'M' });
    const location = 's3://exports/bike';
    const text = await writeSql(folder, { dialect: 'athena', for: 'verify', location });
    expect(text).toMatch(/^-- Checks of the backtest export/);
    expect(text).toContain('year(');
    for (const option of [{ by: ['item'] }, { sums: 'plain' }, { point: 'p50' }] as const) {
      const refused = await failureOf(() =>
        writeSql(folder, { dialect: 'athena', for: 'verify', location, ...option }),
      );
      expect(refused).toEqual(['OPTION_INVALID', expect.stringContaining('is of a summary, not of checks')]);
    }
  });
});
