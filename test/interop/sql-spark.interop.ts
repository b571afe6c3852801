import { describe } from 'vitest';
import { testCells } from './sql-cells.js';
import { engineNamed } from './sql-engines.js';
import { testExpressions } from './sql-expressions.js';
import { suiteEngine } from './sql-session.js';
import { testSummaries } from './sql-summaries.js';
import { testVerification } from './sql-verify.js';

const engine = engineNamed('Spark');

describe.skipIf(engine.missing)('Spark', () => {
  const session = suiteEngine(engine);
  testExpressions(session.running);
  testCells(session);
  testSummaries(session, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 20),
    groupings: 1,
    refusals: [['line breaks', 'CSV', 'CELLS_UNREADABLE']],
  });
  testVerification(session, { slow: true });
});
