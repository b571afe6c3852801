import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertExport, openExport, summarize, type WindowSummary } from 'backtest-export';
import { summarizeWith } from 'backtest-export/sql';
import { generateExport } from 'backtest-export/testing';
import { engines, type RunningEngine } from './sql-engines.js';
import { suiteFolder } from './temporary.js';

const folder = suiteFolder();
const rows = 1_920_000;

beforeAll(async () => {
  const items = Number(process.env['INTEROP_ITEMS'] ?? 26_667);
  const shape = { items, windows: 3, horizon: 24, parts: 8, seed: 20211214 };
  await generateExport(join(folder, 'CSV'), shape);
  await convertExport(join(folder, 'CSV'), join(folder, 'PARQUET'), { format: 'PARQUET' });
}, 600_000);

describe.each(engines.filter(({ missing }) => !missing))(
  'an export of 1.92 million rows in $name',
  ({ name, start }) => {
    let running: RunningEngine;
    beforeAll(async () => {
      running = await start(folder, 'large');
    });
    afterAll(() => running.stop());

    it.each(['CSV', 'PARQUET'] as const)('has the bits of summarize, from %s', { timeout: 600_000 }, async (format) => {
      const found = await openExport(join(folder, format));
      const expected = await summarize(found);
      const actual = await summarizeWith(running.engine, found);
      expect(actual.export.rows).toBeGreaterThanOrEqual(process.env['INTEROP_ITEMS'] === undefined ? rows : 1);
      const [figures, others] = [expected, actual].map(({ windows }) => figuresOf(windows));
      const same = figures!.filter((figure, at) => Object.is(figure, others![at])).length;
      process.stdout.write(`${name}, ${format}: ${same} of ${figures!.length} figures have the same bits\n`);
      expect(actual).toEqual({ ...expected, readingNotes: actual.readingNotes });
      expect(figures!.length).toBe(3 * 15);
    });
  },
);

/** The numbers that are computed from sums, of all windows. */
function figuresOf(windows: readonly WindowSummary[]): number[] {
  return windows.flatMap(({ metrics: { intervals, ...plain } }) => [
    ...Object.values(plain).flatMap((figure) => (typeof figure === 'object' ? Object.values(figure ?? {}) : [figure])),
    ...intervals.flatMap(({ coverage, meanWidth }) => [coverage, meanWidth]),
  ]) as number[];
}
