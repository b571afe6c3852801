import { describe } from 'vitest';
import { engineNamed } from './sql-engines.js';
import { testExpressions } from './sql-expressions.js';
import { suiteEngine } from './sql-session.js';
import { testSummaries } from './sql-summaries.js';
import { testVerification } from './sql-verify.js';

const engine = engineNamed('DuckDB');

describe.skipIf(engine.missing)('DuckDB', () => {
  const session = suiteEngine(engine);
  testExpressions(session.running);
  testSummaries(session, {
    exports: Number(process.env['INTEROP_EXPORTS'] ?? 200),
    groupings: 1,
    refusals: [],
  });
  testVerification(session, { slow: false });
});
