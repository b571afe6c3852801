import { DuckDBInstance } from '@duckdb/node-api';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { dialectNames } from '#src/sql/dialects/dialect.js';
import { parseTablePath } from '#src/sql/dialects/table-path.js';
import { writeSql, writeStatements } from '#src/sql/write-sql.js';
import { failure, failureOf } from '../support/failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from '../cli/run.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const retail = join(fixtures, 'retail/export');
const part0 = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,p50\n';
const row = 'a,2021-12-01T00:00:00Z,1.0,2021-12-01T00:00:00,2021-12-01T00:00:00,2.0\n';

/** Runs a text as a shell would, and gives the rows of its statements. */
async function runAll(text: string): Promise<Record<string, unknown>[][]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const statements = await connection.extractStatements(text);
  const results: Record<string, unknown>[][] = [];
  for (let index = 0; index < statements.count; index++) {
    const reader = await (await statements.prepare(index)).runAndReadAll();
    results.push(reader.getRowObjects());
  }
  connection.closeSync();
  return results;
}

describe('writeSql', () => {
  it('gives DuckDB text that runs as it is: views, sums, items, and the views removed', async () => {
    const [, , sums = [], counts = [], ...removed] = await runAll(
      await writeSql(retail, { dialect: 'duckdb', by: ['region'] }),
    );
    const summary = await summarize(retail, { accuracyMetrics: false });
    const rows = sums.reduce((sum, { n_rows: count }) => sum + Number(count), 0);
    expect(rows).toBe(summary.export.rows);
    expect(sums.every(({ n_unreadable: bad }) => Number(bad) === 0)).toBe(true);
    const windows = new Set(sums.map(({ window_start: start }) => start));
    expect(windows.size).toBe(summary.windows.length);
    const all = counts.find(({ all_windows: windows, all_parts: parts }) => Number(windows) + Number(parts) === 2);
    expect(Number(all?.['n_items'])).toBe(summary.summary.itemCount);
    expect(removed.length).toBe(2);
  });

  it('is in each dialect what its console takes', async () => {
    const source = await openExport(createMemoryStorage([[part0, header + row]]));
    const texts: Record<string, string> = {};
    for (const dialect of dialectNames) {
      const [create, sums] = await writeStatements(source, {
        dialect,
        table: 'lake.bike',
        location: 's3://exports/bike',
      });
      const cells = sums?.sql.slice(0, sums.sql.indexOf('),\n-- ')) ?? '';
      texts[dialect] =
        `${create?.sql ?? ''};\n\n${dialect === 'athena' ? cells : cells.slice(0, cells.indexOf('parsed AS'))}`;
    }
    expect(texts['athena']).toMatchInlineSnapshot(`
      "CREATE EXTERNAL TABLE \`lake\`.\`bike\` (
        \`item_id\` STRING,
        \`timestamp\` STRING,
        \`target_value\` STRING,
        \`backtestwindow_start_time\` STRING,
        \`backtestwindow_end_time\` STRING,
        \`p50\` STRING,
        \`surplus\` STRING
      )
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
      WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\u0001')
      STORED AS TEXTFILE
      LOCATION 's3://exports/bike/forecasted-values/';

      WITH records AS (
        -- the records of the export's own files, as text; header lines are left out
        SELECT
          "item_id" AS item_cell,
          "target_value" AS y_cell,
          "backtestwindow_start_time" AS ws_cell,
          "backtestwindow_end_time" AS we_cell,
          "p50" AS f0_cell,
          CASE WHEN "p50" IS NULL OR "surplus" IS NOT NULL THEN 1 ELSE 0 END AS misfit,
          regexp_extract("$path", '[^/]+$') AS part
        FROM "lake"."bike"
        WHERE "$path" LIKE 's3://exports/bike/forecasted-values/Forecasts!_bike!_2021-12-14T13-20-10Z!_part%.csv' ESCAPE '!'
          AND CASE WHEN COALESCE("item_id" NOT IN ('item_id', chr(65279) || 'item_id'), TRUE) THEN TRUE ELSE
                  "timestamp" IS DISTINCT FROM 'timestamp'
                  OR "target_value" IS DISTINCT FROM 'target_value'
                  OR "backtestwindow_start_time" IS DISTINCT FROM 'backtestwindow_start_time'
                  OR "backtestwindow_end_time" IS DISTINCT FROM 'backtestwindow_end_time'
                  OR "p50" IS DISTINCT FROM 'p50'
              END
      ),
      parsed AS (
      -- times as milliseconds since 1970 in UTC, numbers as doubles; NULL where a cell is empty or neither
        SELECT
          *,
          COALESCE(item_cell, '') AS item,
          CASE
            WHEN translate(y_cell, '0123456789+-.eE', '') = ''
              THEN NULLIF(NULLIF(TRY_CAST(y_cell AS DOUBLE), CAST('Infinity' AS DOUBLE)), CAST('-Infinity' AS DOUBLE))
            WHEN regexp_like(y_cell, '\\A(?:[+-]?[nN][aA][nN])\\z') THEN CAST('NaN' AS DOUBLE)
            WHEN regexp_like(y_cell, '\\A(?:[+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\z') THEN CAST('Infinity' AS DOUBLE)
            WHEN regexp_like(y_cell, '\\A(?:-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\z') THEN CAST('-Infinity' AS DOUBLE)
          END AS y,
          CASE WHEN regexp_like(ws_cell, '\\A(?:[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3}0{0,6})?(Z|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?)\\z') AND ws_cell NOT LIKE '0000%' THEN
            date_diff('day', DATE '1970-01-01', TRY_CAST(SUBSTR(ws_cell, 1, 10) AS DATE)) * 86400000
            + COALESCE(TRY_CAST(SUBSTR(ws_cell, 12, 2) AS BIGINT), 0) * 3600000 + COALESCE(TRY_CAST(SUBSTR(ws_cell, 15, 2) AS BIGINT), 0) * 60000 + COALESCE(TRY_CAST(SUBSTR(ws_cell, 18, 2) AS BIGINT), 0) * 1000
            + CASE WHEN LENGTH(ws_cell) <= 20 THEN 0 ELSE
                CASE WHEN SUBSTR(ws_cell, 20) LIKE '.%' THEN CAST(RPAD(SUBSTR(regexp_extract(SUBSTR(ws_cell, 20), '[.]([0-9]+)', 1), 1, 3), 3, '0') AS BIGINT) ELSE 0 END
                + CASE WHEN SUBSTR(ws_cell, 20) LIKE '%-%' THEN 60000 ELSE -60000 END
                  * (COALESCE(TRY_CAST(regexp_extract(SUBSTR(ws_cell, 20), '[+-]([0-9]{2})', 1) AS BIGINT), 0) * 60 + COALESCE(TRY_CAST(regexp_extract(SUBSTR(ws_cell, 20), '[+-][0-9]{2}:?([0-9]{2})', 1) AS BIGINT), 0))
              END
          END AS ws,
          CASE WHEN regexp_like(we_cell, '\\A(?:[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3}0{0,6})?(Z|[+-](0[0-9]|1[0-8])(:?[0-5][0-9])?)?)?)\\z') AND we_cell NOT LIKE '0000%' THEN
            date_diff('day', DATE '1970-01-01', TRY_CAST(SUBSTR(we_cell, 1, 10) AS DATE)) * 86400000
            + COALESCE(TRY_CAST(SUBSTR(we_cell, 12, 2) AS BIGINT), 0) * 3600000 + COALESCE(TRY_CAST(SUBSTR(we_cell, 15, 2) AS BIGINT), 0) * 60000 + COALESCE(TRY_CAST(SUBSTR(we_cell, 18, 2) AS BIGINT), 0) * 1000
            + CASE WHEN LENGTH(we_cell) <= 20 THEN 0 ELSE
                CASE WHEN SUBSTR(we_cell, 20) LIKE '.%' THEN CAST(RPAD(SUBSTR(regexp_extract(SUBSTR(we_cell, 20), '[.]([0-9]+)', 1), 1, 3), 3, '0') AS BIGINT) ELSE 0 END
                + CASE WHEN SUBSTR(we_cell, 20) LIKE '%-%' THEN 60000 ELSE -60000 END
                  * (COALESCE(TRY_CAST(regexp_extract(SUBSTR(we_cell, 20), '[+-]([0-9]{2})', 1) AS BIGINT), 0) * 60 + COALESCE(TRY_CAST(regexp_extract(SUBSTR(we_cell, 20), '[+-][0-9]{2}:?([0-9]{2})', 1) AS BIGINT), 0))
              END
          END AS we,
          CASE
            WHEN translate(f0_cell, '0123456789+-.eE', '') = ''
              THEN NULLIF(NULLIF(TRY_CAST(f0_cell AS DOUBLE), CAST('Infinity' AS DOUBLE)), CAST('-Infinity' AS DOUBLE))
            WHEN regexp_like(f0_cell, '\\A(?:[+-]?[nN][aA][nN])\\z') THEN CAST('NaN' AS DOUBLE)
            WHEN regexp_like(f0_cell, '\\A(?:[+]?[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\z') THEN CAST('Infinity' AS DOUBLE)
            WHEN regexp_like(f0_cell, '\\A(?:-[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\z') THEN CAST('-Infinity' AS DOUBLE)
          END AS f0
        FROM records
      ),
      cells AS (
        -- bad: cells that are neither empty nor what their column should be, and records with other fields than the header
        SELECT
          item,
          y,
          ws,
          we,
          f0,
          CAST(
            misfit
            + CASE WHEN y IS NULL AND y_cell <> '' THEN 1 ELSE 0 END
            + CASE WHEN ws IS NULL AND ws_cell <> '' THEN 1 ELSE 0 END
            + CASE WHEN we IS NULL AND we_cell <> '' THEN 1 ELSE 0 END
            + CASE WHEN f0 IS NULL AND f0_cell <> '' THEN 1 ELSE 0 END
          AS BIGINT) AS bad,
          part
        FROM parsed
      "
    `);
    expect(texts['trino']).toMatchInlineSnapshot(`
      "CREATE TABLE "lake"."bike" (
        "item_id" VARCHAR,
        "timestamp" VARCHAR,
        "target_value" VARCHAR,
        "backtestwindow_start_time" VARCHAR,
        "backtestwindow_end_time" VARCHAR,
        "p50" VARCHAR,
        "surplus" VARCHAR
      )
      WITH (
        format = 'CSV',
        csv_separator = ',',
        csv_quote = '"',
        csv_escape = U&'\\0000',
        external_location = 's3://exports/bike/forecasted-values/'
      );

      WITH records AS (
        -- the records of the export's own files, as text; header lines are left out
        SELECT
          "item_id" AS item_cell,
          "target_value" AS y_cell,
          "backtestwindow_start_time" AS ws_cell,
          "backtestwindow_end_time" AS we_cell,
          "p50" AS f0_cell,
          CASE WHEN "p50" IS NULL OR "surplus" IS NOT NULL THEN 1 ELSE 0 END AS misfit,
          regexp_extract("$path", '[^/]+$') AS part
        FROM "lake"."bike"
        WHERE "$path" LIKE 's3://exports/bike/forecasted-values/Forecasts!_bike!_2021-12-14T13-20-10Z!_part%.csv' ESCAPE '!'
          AND CASE WHEN COALESCE("item_id" NOT IN ('item_id', chr(65279) || 'item_id'), TRUE) THEN TRUE ELSE
                  "timestamp" IS DISTINCT FROM 'timestamp'
                  OR "target_value" IS DISTINCT FROM 'target_value'
                  OR "backtestwindow_start_time" IS DISTINCT FROM 'backtestwindow_start_time'
                  OR "backtestwindow_end_time" IS DISTINCT FROM 'backtestwindow_end_time'
                  OR "p50" IS DISTINCT FROM 'p50'
              END
      ),
      "
    `);
    expect(texts['spark']).toMatchInlineSnapshot(`
      "CREATE TABLE \`lake\`.\`bike\` (
        \`item_id\` STRING,
        \`timestamp\` STRING,
        \`target_value\` STRING,
        \`backtestwindow_start_time\` STRING,
        \`backtestwindow_end_time\` STRING,
        \`p50\` STRING,
        \`_corrupt_record\` STRING
      )
      USING CSV
      OPTIONS (
        header 'false',
        delimiter ',',
        quote '"',
        escape '"',
        mode 'PERMISSIVE',
        columnPruning 'false',
        columnNameOfCorruptRecord '_corrupt_record'
      )
      LOCATION 's3://exports/bike/forecasted-values/';

      WITH records AS (
        -- the records of the export's own files, as text; header lines are left out
        SELECT
          \`item_id\` AS item_cell,
          \`target_value\` AS y_cell,
          \`backtestwindow_start_time\` AS ws_cell,
          \`backtestwindow_end_time\` AS we_cell,
          \`p50\` AS f0_cell,
          CASE WHEN \`_corrupt_record\` IS NOT NULL THEN 1 ELSE 0 END AS misfit,
          _metadata.file_name AS part
        FROM \`lake\`.\`bike\`
        WHERE _metadata.file_name LIKE 'Forecasts!_bike!_2021-12-14T13-20-10Z!_part%.csv' ESCAPE '!'
          AND CASE WHEN \`item_id\` IS DISTINCT FROM 'item_id' THEN TRUE ELSE
                  \`timestamp\` IS DISTINCT FROM 'timestamp'
                  OR \`target_value\` IS DISTINCT FROM 'target_value'
                  OR \`backtestwindow_start_time\` IS DISTINCT FROM 'backtestwindow_start_time'
                  OR \`backtestwindow_end_time\` IS DISTINCT FROM 'backtestwindow_end_time'
                  OR \`p50\` IS DISTINCT FROM 'p50'
              END
      ),
      "
    `);
    expect(texts['duckdb']).toMatchInlineSnapshot(`
      "CREATE VIEW "lake"."bike" AS
      SELECT *
      FROM read_csv(['s3://exports/bike/forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part*.csv'],
        columns = {'item_id': 'VARCHAR', 'timestamp': 'VARCHAR', 'target_value': 'VARCHAR', 'backtestwindow_start_time': 'VARCHAR', 'backtestwindow_end_time': 'VARCHAR', 'p50': 'VARCHAR'},
        auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', filename = '$path', hive_partitioning = false
      );

      WITH records AS (
        -- the records of the export's own files, as text; header lines are left out
        SELECT
          "item_id" AS item_cell,
          "target_value" AS y_cell,
          "backtestwindow_start_time" AS ws_cell,
          "backtestwindow_end_time" AS we_cell,
          "p50" AS f0_cell,
          0 AS misfit,
          parse_filename("$path") AS part
        FROM "lake"."bike"
        WHERE CASE WHEN "item_id" IS DISTINCT FROM 'item_id' THEN TRUE ELSE
                  "timestamp" IS DISTINCT FROM 'timestamp'
                  OR "target_value" IS DISTINCT FROM 'target_value'
                  OR "backtestwindow_start_time" IS DISTINCT FROM 'backtestwindow_start_time'
                  OR "backtestwindow_end_time" IS DISTINCT FROM 'backtestwindow_end_time'
                  OR "p50" IS DISTINCT FROM 'p50'
              END
      ),
      "
    `);
  });

  it('says what it is of, and names cannot end a comment or a literal', async () => {
    const folder = join(temporaryFolder(), "o'clock\n; DROP TABLE x; --");
    mkdirSync(dirname(join(folder, part0)), { recursive: true });
    writeFileSync(join(folder, part0), (header + row).replace('item_id', '"it\'em`""\\x\n--"'));
    const text = await writeSql(folder, { dialect: 'duckdb' });
    expect(text.startsWith("-- Sums of the backtest export 'bike' of 2021-12-14T13:20:10.000Z in /")).toBe(true);
    expect(text.split('\n')[0]).toContain(String.raw`o'clock\n; DROP TABLE x; --`);
    const [, sums] = await runAll(text);
    expect(sums?.map(({ n_rows: rows, n_unreadable: bad }) => [Number(rows), Number(bad)])).toEqual([[1, 0]]);
    for (const dialect of ['trino', 'spark'] as const) {
      const [create] = await writeStatements(await openExport(folder), { dialect });
      expect(create?.sql).toContain(dialect === 'spark' ? "o\\'clock" : "o''clock");
    }
  });

  it('refuses what it cannot write', async () => {
    const source = createMemoryStorage([[part0, header + row]]);
    const refusal = async (options: Partial<Parameters<typeof writeSql>[1]>): Promise<unknown> =>
      failureOf(() => writeSql(source, { dialect: 'athena', location: 's3://b/x', ...options }));
    expect(await refusal({ by: ['store'] })).toEqual([
      'OPTION_INVALID',
      "expected the keys to group by (by) to be any of 'window', 'item', 'step', found 'store'",
    ]);
    expect(await refusal({ dialect: 'mysql' as never })).toEqual([
      'OPTION_INVALID',
      "writeSql.dialect: expected one of athena, trino, spark, duckdb, found 'mysql'",
    ]);
    expect(await refusal({ location: '/x' })).toEqual([
      'SQL_UNSUPPORTED',
      "expected a location s3://bucket/prefix, as Athena reads nothing else, found '/x'; location says where the export is in S3",
    ]);
    expect(await refusal({ table: 'a.b.c.d' })).toEqual([
      'OPTION_INVALID',
      "writeSql.table: expected the name of a table, such as bike or lake.bike, found 'a.b.c.d'",
    ]);
  });

  it('lists parts among files that look like them, up to the length that Athena takes', async () => {
    const write = async (copies: number): Promise<string> => {
      const names = Array.from({ length: copies }, (_, index) => part0.replace('part0', `part${index}`));
      const files = names
        .flatMap((name) => [name, name.replace('.csv', '_copy.csv')])
        .map((name) => [name, header + row] as const);
      return writeSql(createMemoryStorage([...files]), { dialect: 'athena', location: 's3://exports/bike' });
    };
    const few = await write(3);
    const listed = (index: number): string => `'s3://exports/bike/${part0.replace('part0', `part${index}`)}'`;
    expect(few.replaceAll(/\s+/g, ' ')).toContain(`"$path" IN ( ${[0, 1, 2].map(listed).join(', ')} )`);
    const [code, message] = await failureOf(() => write(3000));
    expect(code).toBe('SQL_UNSUPPORTED');
    expect(message).toMatch(/^a statement would have \d{6} bytes, of which Amazon Athena takes 262144: the parts/);
  });
});

describe('names of tables', () => {
  it('are read as SQL has them', () => {
    expect(parseTablePath('x', 'bike')).toEqual(['bike']);
    expect(parseTablePath('x', 'hive."my ""lake"".x".`b.c`')).toEqual(['hive', 'my "lake".x', 'b.c']);
    for (const text of ['', '.', 'a.', '.a', 'a..b', '"a', 'a.b.c.d', '""', '"a"b', ' a', 'a\nb']) {
      expect(failure(() => parseTablePath('x', text))[0]).toBe('OPTION_INVALID');
    }
  });
});

describe('the command sql', () => {
  it('prints the same text, and asks for the dialect', async () => {
    const { stdout, code } = await run(['sql', retail, '--dialect', 'duckdb', '--sums', 'plain', '--by', 'item,step']);
    expect(code).toBe(0);
    expect(stdout).toBe(await writeSql(retail, { dialect: 'duckdb', sums: 'plain', by: ['item', 'step'] }));
    const missing = await run(['sql', retail]);
    expect([missing.code, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toContain('--dialect is required: athena, trino, spark, duckdb');
  });
});
