import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convertExport, verifyExport, type VerificationReport } from 'backtest-export';
import { verifyWith } from 'backtest-export/sql';
import { generateExport, type DefectName } from 'backtest-export/testing';
import { smallExport } from '../support/verify-cases.ts';
import type { SuiteEngine } from './sql-session.ts';

/** Defects that rows of both formats can have, and that exports of billions of rows are verified for. */
const planted: readonly (readonly DefectName[])[] = [
  [],
  ['duplicate-row', 'missing-step', 'timestamp-outside-window'],
  ['summary-span-wrong', 'computed-metric-wrong', 'summary-metric-wrong', 'missing-summary-row'],
  ['not-defined-with-forecasts', 'missing-computed-row'],
  ['series-without-metrics', 'window-without-forecasts'],
];

/** Tests that an engine finds what `verify` finds: the same codes, as often. Of an engine that is `slow`, each defect in one format. */
export function testVerification({ folder, running }: SuiteEngine, { slow }: { readonly slow: boolean }): void {
  it.each(planted.map((defects, number) => ({ name: defects.join(', ') || 'nothing', defects, number })))(
    'finds what verify finds: $name',
    async ({ defects, number }) => {
      const place = join(folder, `planted-${number}`);
      const [csv, parquet] = [join(place, 'csv'), join(place, 'parquet')];
      await generateExport(csv, { ...smallExport, parts: 5, defects });
      await convertExport(csv, parquet, { format: 'PARQUET', threads: 1 });
      const formats = slow ? [[csv, parquet][number % 2]!] : [csv, parquet];
      for (const found of formats) {
        const expected = countsOf(await verifyExport(found, { threads: 1 }));
        expect(countsOf(await verifyWith(running().engine, found))).toEqual(expected);
        if (defects.length > 0) expect(expected.length).toBeGreaterThan(0);
      }
    },
  );
}

function countsOf({ findings }: VerificationReport): string[] {
  return findings.map(({ severity, code, count }) => `${severity} ${code} ${count}`);
}
