import { describe, expect, it } from 'vitest';
import { testCells } from './sql-cells.js';
import { engineNamed, refusedTrino } from './sql-engines.js';
import { testExpressions } from './sql-expressions.js';
import { suiteEngine } from './sql-session.js';
import { testSummaries } from './sql-summaries.js';
import { testVerification } from './sql-verify.js';
import { testTrinoEngine } from './trino-engine.js';
const engine = engineNamed('Trino');

describe.skipIf(engine.missing)('Trino', () => {
  const session = suiteEngine(engine);
  testExpressions(session.running);
  testTrinoEngine(session);
  testCells(session);
  testSummaries(session, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 20),
    groupings: 1,
    refusals: [
      // its reader of text ends a record with the line, also inside quotes
      ['line breaks', 'CSV', 'CELLS_UNREADABLE'],
      // a rule of Hive; the columns of CSV have names of their own
      ['a comma in a name', 'PARQUET', 'SQL_UNSUPPORTED'],
    ],
  });
  testVerification(session, { slow: true });
});

it('Trino was downloaded, or nothing for it is there', () => {
  expect(refusedTrino).toBe(undefined);
});
