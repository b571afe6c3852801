import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertExport, createMemoryStorage, openExport } from '#src/index.js';
import { parseNumberText } from '#src/schema/number-text.js';
import { parseTimeText } from '#src/schema/time-text.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { planSqlTable } from '#src/sql/dialects/plan-table.js';
import { failureOf } from '../../support/failure.ts';
import { laxNumbers, numberSpelling } from '../../support/number-spellings.ts';
import { seededRandom } from '../../support/random.ts';
import { askDuckDb, duckDbCells, expectedCells, withDuckDb } from '../../support/sql-cells.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { timeSpellings } from '../../support/time-spellings.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');
const forecasts = 'forecasted-values';
const part0 = `${forecasts}/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv`;
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const time = '2021-12-01T00:00:00';

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** An export of one part of forecasted-values. */
function exportOf(lines: readonly string[], path = part0): string {
  return writeFiles(temporaryFolder(), { [path]: [header, ...lines, ''].join('\n') });
}

describe('cells of CSV in DuckDB', () => {
  it('are numbers where the library reads the same number, and bad where it refuses', async () => {
    const random = seededRandom(20_211_214);
    const texts = [...new Set([...laxNumbers, ...Array.from({ length: 3000 }, () => numberSpelling(random))])];
    const source = await openExport(
      exportOf(texts.map((text, index) => `${index},${time}Z,${quote(text)},${time},${time},,1,2`)),
    );
    const cells = await duckDbCells(source, forecasts);
    expect(cells.length).toBe(texts.length);
    for (const { item, y, bad, f0 } of cells) {
      const text = texts[Number(item)] ?? '';
      const expected = text === '' ? null : parseNumberText(text);
      const isNumber = typeof expected === 'number';
      expect([text, y, bad, f0]).toEqual([text, isNumber ? expected : null, isNumber || text === '' ? 0 : 1, null]);
    }
  });

  it('are times where the library reads the same time, and bad where it refuses', async () => {
    const texts = timeSpellings();
    const source = await openExport(
      exportOf(texts.map((text, index) => `${index},${quote(text)},1,${quote(text)},${time},1,1,2`)),
    );
    const cells = await duckDbCells(source, forecasts);
    expect(cells.length).toBe(texts.length);
    for (const { item, ts, ws, bad } of cells) {
      const text = texts[Number(item)] ?? '';
      const expected = parseTimeText(text)?.milliseconds ?? null;
      expect([text, ts, ws, bad]).toEqual([text, expected, expected, expected === null && text !== '' ? 2 : 0]);
    }
  });

  it('keep hostile ids as they are', async () => {
    const ids = ['a,b', 'say "hi"', '"', '""', "it's", 'a\nb', 'a\r\nb', '\\', 'ends\\', '\\"', '\\N', 'null', 'NULL', '', ' a', 'a ', '🎈', 'item_id', '\u0001',
      'NaN', "'); DROP TABLE x; --", '/*', '--', '${x}', '%', '_', '\u2028', 'ﬀ', 'a\tb', '#comment', '1e5', '007']; // prettier-ignore
    const source = await openExport(
      exportOf(ids.map((id, index) => `${quote(id)},${time}Z,${index},${time},${time},,1,2`)),
    );
    expect(await duckDbCells(source, forecasts)).toEqual(await expectedCells(source, forecasts));
  });

  it('come from records alone: header lines are none, in whatever file', async () => {
    const lines = [
      `a,${time}Z,1,${time},${time},,1,2`,
      header,
      `item_id,,,,,,,`,
      `"item_id",${time},,${time},${time},,1,2`,
    ];
    const folder = exportOf(lines);
    const source = await openExport(folder, { repeatedHeaders: 'skip' });
    const cells = await duckDbCells(source, forecasts);
    expect(cells.map(({ item }) => item)).toEqual(['a', 'item_id', 'item_id']);
    expect(cells).toEqual(await expectedCells(source, forecasts));
    const marked = await duckDbCells(source, forecasts, { headers: true });
    expect(marked.map(({ header: isHeader, bad }) => [isHeader, bad])).toEqual([[0, 0], [0, 0], [0, 0], [1, 0], [1, 0]]); // prettier-ignore
    // another order of columns is not taken for the same
    const turned = header.split(',').toReversed().join(',');
    writeFiles(folder, { [part0.replace('part0', 'part1')]: `${turned}\n2,1,,${time},${time},1,${time},b\n` });
    const both = await openExport(folder, { repeatedHeaders: 'skip' });
    expect((await failureOf(() => duckDbCells(both, forecasts)))[0]).toBe('SQL_UNSUPPORTED');
  });

  it('refuse records with too few or too many fields, and open quotes', async () => {
    for (const line of ['a,b', `a,${time}Z,1,${time},${time},,1,2,3`, '"a', `"a"b,${time}Z,1,${time},${time},,1,2`]) {
      const source = await openExport(exportOf([`a,${time}Z,1,${time},${time},,1,2`, line]));
      await expect(duckDbCells(source, forecasts)).rejects.toThrow(/CSV Error on Line: 3/);
    }
  });

  it('are those of the chosen export, in a folder with another one, copies and oddly named folders', async () => {
    const folder = join(temporaryFolder(), 'od[1]d*? ü');
    const line = (item: string): string => `${header}\n${item},${time}Z,1,${time},${time},,1,2\n`;
    const name = (job: string, part: string): string =>
      `${forecasts}/Forecasts_${job}_2021-12-14T13-20-10Z_${part}.csv`;
    writeFiles(folder, {
      [name('bike', 'part0')]: line('a'),
      [name('bike', 'part10')]: line('b'),
      [name('bike', 'part2')]: '',
      [name('bike', 'part1_old')]: line('copy'),
      [name('bike_2', 'part0')]: line('other'),
      [`${forecasts}/.hidden.csv`]: line('hidden'),
    });
    const source = await openExport(folder, { jobName: 'bike' });
    expect((await duckDbCells(source, forecasts)).map(({ item }) => item)).toEqual(['a', 'b']);
    const { parts } = await planSqlTable(source, source.forecastedValues, dialects.duckdb, { path: [] });
    expect(parts.patterns).toEqual([]);
  });
});

describe('cells of the fixtures in DuckDB', () => {
  for (const [name, options] of [
    ['retail', {}],
    ['hourly-old', {}],
    ['hostile-text', {}],
    ['two-exports', { exportedAt: 'latest' }],
  ] as const) {
    it(`${name}: as the library reads them, in CSV and Parquet`, async () => {
      const source = await openExport(join(fixtures, name, 'export'), options);
      const folder = temporaryFolder();
      await convertExport(source, folder, { format: 'PARQUET' });
      for (const opened of [source, await openExport(folder)]) {
        for (const table of [opened.forecastedValues, opened.accuracyMetrics]) {
          if (!table.exists) continue;
          const cells = await duckDbCells(opened, table.name);
          expect(cells.length).toBeGreaterThan(0);
          expect(cells).toEqual(await expectedCells(opened, table.name));
        }
      }
    });
  }
});

describe('cells of Parquet that DuckDB wrote', () => {
  const types: readonly (readonly [times: string, number: string])[] = [
    ['TIMESTAMP', 'DOUBLE'],
    ['TIMESTAMPTZ', 'FLOAT'],
    ['TIMESTAMP_NS', 'DECIMAL(10, 2)'],
    ['TIMESTAMP_MS', 'DECIMAL(30, 12)'],
    ['DATE', 'BIGINT'],
    ['VARCHAR', 'VARCHAR'],
    ['TIMESTAMP_S', 'INTEGER'],
  ];
  for (const [times, number] of types) {
    it(`${times} and ${number}: as the library reads them`, async () => {
      const folder = temporaryFolder();
      const path = join(folder, part0.replace('.csv', '.parquet'));
      mkdirSync(dirname(path), { recursive: true });
      const zone = times === 'TIMESTAMPTZ' ? '+00' : '';
      await withDuckDb((connection) =>
        connection.run(
          `COPY (SELECT 'a' AS "Item_ID", '2021-12-01 00:00:00${zone}'::${times} AS "timestamp", 12::${number} AS target_value,
           '2021-12-01${zone && ' 00:00:00+00'}'::${times} AS backtestwindow_start_time, '2021-12-05${zone && ' 00:00:00+00'}'::${times} AS backtestwindow_end_time,
           NULL::${number} AS mean, ${number.startsWith('D') || number === 'FLOAT' ? '0.1' : '1'}::${number} AS "P10", (-7)::${number} AS p90)
           TO '${path}' (FORMAT parquet)`,
        ),
      );
      const source = await openExport(folder);
      const cells = await duckDbCells(source, forecasts);
      expect(cells).toEqual(await expectedCells(source, forecasts));
      expect(cells[0]?.['ts']).toBe(Date.parse('2021-12-01T00:00:00Z'));
    });
  }

  it('finer than milliseconds, or beyond 2^53, or no text, is bad', async () => {
    const folder = temporaryFolder();
    const path = join(folder, part0.replace('.csv', '.parquet'));
    mkdirSync(dirname(path), { recursive: true });
    await withDuckDb((connection) =>
      connection.run(
        `COPY (SELECT 'a' AS item_id, NULL::VARCHAR AS store, '2021-12-01 00:00:00.000001'::TIMESTAMP AS "timestamp", 9007199254740993 AS target_value,
         '2021-12-01 00:00:00.0000001'::TIMESTAMP_NS AS backtestwindow_start_time, '2021-12-01'::TIMESTAMP AS backtestwindow_end_time, 1.5 AS mean)
         TO '${path}' (FORMAT parquet)`,
      ),
    );
    const [row] = await duckDbCells(await openExport(folder), forecasts);
    expect(row).toMatchObject({ ts: null, ws: null, y: null, f0: 1.5, d0: '', bad: 4 });
  });
});

describe('what SQL cannot read', () => {
  const line = `a,${time}Z,1,${time},${time},,1,2`;
  const plan = async (files: Readonly<Record<string, string>>, options = {}): Promise<unknown> => {
    const source = await openExport(writeFiles(temporaryFolder(), files), options);
    return planSqlTable(source, source.forecastedValues, dialects.duckdb, { path: [] });
  };

  it('is refused', async () => {
    const semicolons = { [part0]: [header, line, ''].join('\n').replaceAll(',', ';') };
    const [code, message] = await failureOf(() => plan(semicolons, { dialect: { delimiter: ';' } }));
    expect([code, message]).toEqual([
      'SQL_UNSUPPORTED',
      'queries read CSV as Forecast writes it, not another dialect of it; convert the export first',
    ]);
    const memory = await openExport(createMemoryStorage([[part0, `${header}\n${line}\n`]]));
    const table = memory.forecastedValues;
    expect(await failureOf(() => planSqlTable(memory, table, dialects.duckdb, { path: [] }))).toEqual([
      'SQL_UNSUPPORTED',
      'expected the folder or URI where the engine finds the export, found a storage that has none',
    ]);
    expect((await failureOf(() => planSqlTable(memory, table, dialects.athena, { path: [], location: '/x' })))[1]).toBe(
      "expected a location s3://bucket/prefix, as Athena reads nothing else, found '/x'; location says where the export is in S3",
    );
    const folder = temporaryFolder();
    await convertExport(join(fixtures, 'hostile-text/export'), folder, { format: 'PARQUET' });
    const hostile = await openExport(folder);
    expect(
      await failureOf(() => planSqlTable(hostile, hostile.forecastedValues, dialects.trino, { path: ['x'] })),
    ).toEqual([
      'SQL_UNSUPPORTED',
      `expected column names without commas in Parquet, which tables of Trino cannot have, found 'a "b", c'; columnNames: 'athena' gives others`,
    ]);
    const located = await planSqlTable(memory, table, dialects.athena, { path: ['x'], location: 's3://b/x' });
    expect(located.location).toBe('s3://b/x/forecasted-values/');
  });
});

it('asks DuckDB as it is', async () => {
  expect(await askDuckDb('SELECT 1::BIGINT AS a')).toEqual([{ a: 1 }]);
});
