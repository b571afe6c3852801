import { describe, expect, it } from 'vitest';
import { openDuckDb, quoted } from './duckdb.js';
import { writePrunedFiles, writeSoundFile, type PruneTask } from './pruned-files.js';
import { runPython } from './python.js';
import { suiteFolder } from './temporary.js';

interface Answer {
  readonly rows?: number;
  readonly error?: string;
}

const tasks = await writePrunedFiles(suiteFolder());
/** The page index is Spark's alone, Bloom filters are not pyarrow's and polars' for look-ups. */
const byGroup = tasks.filter(({ name }) => !/page index|Bloom/.test(name));

it('statistics are those that pyarrow writes of the same row groups, and DuckDB finds', async () => {
  const path = await writeSoundFile(suiteFolder());
  const [[ours, theirs]] = runPython('prune.py', [], [{ engine: 'statistics', path }]) as [[unknown[], unknown[]]];
  expect(ours).toHaveLength(5 * 7);
  expect(ours).toEqual(theirs);
  const connection = await openDuckDb();
  const rows = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRows();
  const told = await rows(
    `SELECT stats_min_value::DOUBLE, stats_max_value::DOUBLE, stats_null_count FROM parquet_metadata('${path}')
     WHERE path_in_schema = 'target_value' ORDER BY row_group_id`,
  );
  const found = await rows(
    `SELECT min(target_value), max(target_value), count(*) - count(target_value) FROM
     read_parquet('${path}', file_row_number = true) GROUP BY file_row_number // 900 ORDER BY file_row_number // 900`,
  );
  expect(told).toEqual(found);
});

describe('what an engine does not need, it does not read: the rest of each file is spoiled', () => {
  describe('DuckDB', async () => {
    const connection = await openDuckDb();
    const count = async (sql: string): Promise<number> => {
      const [[rows] = []] = (await connection.runAndReadAll(sql)).getRows();
      return Number(rows);
    };
    const from = ({ path }: PruneTask): string => `read_parquet(${quoted(path, "'")})`;
    it.each(tasks.filter(({ name }) => !name.includes('page index')))('$name', async (task) => {
      const { kind, value, column, rows } = task;
      const literal = kind === 'text' ? quoted(String(value), "'") : `make_timestamptz(${Number(value) * 1000})`;
      const counted = `SELECT count(*) FROM (SELECT * FROM ${from(task)} WHERE ${column} = ${literal})`;
      expect(await count(counted)).toBe(rows);
      await expect(count(`SELECT sum(mean) + sum(length(item_id)) FROM ${from(task)}`)).rejects.toThrow(/./);
    });

    it('finds an item in a Bloom filter, and excludes another', async () => {
      const task = tasks.find(({ name }) => name.includes('Bloom'))!;
      const probe = async (item: string): Promise<number> =>
        count(
          `SELECT count(*) FROM parquet_bloom_probe(${quoted(task.path, "'")}, 'item_id', '${item}') WHERE bloom_filter_excludes`,
        );
      expect([await probe('item 100 0'), await probe('item 117b')]).toEqual([3, 4]);
    });
  });

  describe.each(['pyarrow', 'polars'])('%s', (engine) => {
    const asked = byGroup.flatMap((task) => [true, false].map((all) => ({ ...task, engine, all })));
    const answers = runPython('prune.py', [], asked) as Answer[];
    it.each(byGroup.map((task, index) => ({ ...task, index })))('$name', ({ rows, index }) => {
      expect(answers[2 * index]).toEqual({ error: expect.any(String) as string });
      expect(answers[2 * index + 1]).toEqual({ rows });
    });
  });
});
