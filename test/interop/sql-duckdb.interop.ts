import { describe } from 'vitest';
import { engineNamed } from './sql-engines.js';
import { testSummaries } from './sql-summaries.js';

const engine = engineNamed('DuckDB');

describe.skipIf(engine.missing)('DuckDB sums up as summarize does', () => {
  testSummaries(engine, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 200),
    groupings: 2,
    refusals: [],
  });
});
