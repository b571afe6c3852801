import { describe } from 'vitest';
import { engineNamed } from './sql-engines.js';
import { testSummaries } from './sql-summaries.js';

const engine = engineNamed('Spark');

describe.skipIf(engine.missing)('Spark sums up as summarize does', () => {
  testSummaries(engine, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 20),
    groupings: 1,
    refusals: [['line breaks', 'CSV', 'CELLS_UNREADABLE']],
  });
});
