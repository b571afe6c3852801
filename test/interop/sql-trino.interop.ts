import { describe } from 'vitest';
import { engineNamed } from './sql-engines.js';
import { testSummaries } from './sql-summaries.js';

const engine = engineNamed('Trino');

describe.skipIf(engine.missing)('Trino sums up as summarize does', () => {
  testSummaries(engine, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 20),
    groupings: 1,
    refusals: [
      // its reader of text ends a record with the line, also inside quotes
      ['line breaks', 'CSV', 'CELLS_UNREADABLE'],
      // a rule of Hive; the columns of CSV have names of their own
      ['a comma in a name', 'PARQUET', 'ENGINE_FAILED'],
    ],
  });
});
