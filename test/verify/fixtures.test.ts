import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyExport } from '#src/index.js';

const fixtures = join(import.meta.dirname, '../../fixtures');

it.each([
  ['hostile-text', []],
  ['hourly-old', ['WINDOWS_OVERLAP 1', 'FORECAST_NEGATIVE 486']],
  ['retail', ['FORECAST_NEGATIVE 32', 'QUANTILES_CROSSED 18']],
  ['two-exports', ['MARKERS_SHARED 2']],
])('the fixture %s is sound, with these warnings', async (name, expected) => {
  const report = await verifyExport(join(fixtures, name, 'export'), { open: { exportedAt: 'latest' } });
  expect(report.findings.map(({ code, count }) => `${code} ${count}`)).toEqual(expected);
  expect(report.ok).toBe(true);
});
