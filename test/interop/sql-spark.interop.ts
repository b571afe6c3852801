import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summarizeWith } from 'backtest-export/sql';
import { generateExport } from 'backtest-export/testing';
import { smallExport } from '../support/verify-cases.js';
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

  it('has no table left of all that, keeps one that was named, and refuses one with other columns', async () => {
    const { engine: spark } = session.running();
    const rows = async (sql: string): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const row of spark.query(sql)) all.push(row);
      return all;
    };
    expect(await rows('SHOW TABLES IN default')).toEqual([]);
    const [kept, other] = [join(session.folder, 'kept'), join(session.folder, 'other')];
    await generateExport(kept, smallExport);
    await generateExport(other, { ...smallExport, forecastTypes: ['mean', '0.3'] });
    const first = await summarizeWith(spark, kept, { table: 'kept' });
    expect(await summarizeWith(spark, kept, { table: 'kept' })).toEqual(first);
    expect(await rows('SHOW TABLES IN default')).toEqual([['default', 'kept', false]]);
    await expect(summarizeWith(spark, other, { table: 'kept' })).rejects.toMatchObject({ code: 'TABLE_MISMATCH' });
    await rows('DROP TABLE default.kept');
  });
});
