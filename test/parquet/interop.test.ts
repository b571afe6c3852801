import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { parquetMetadata, parquetReadObjects, type CompressionCodec, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import type { TableSchema } from '#src/schema/schema.js';
import { cellValue, kindsOf, readHere, rowValues } from '../interop/canonical.js';
import { createTable, openDuckDb, queryValues, quoted } from '../interop/duckdb.js';
import { readParquetJs, writeParquetJs, type ParquetJsColumn } from '../interop/parquetjs.js';
import { provesClaims } from '../interop/proves-claims.js';
import { suiteFolder } from '../interop/temporary.js';
import { forecastSchema, type Row } from '../support/column-batch.js';
import { accuracyRows, accuracyTable, encodeParquet, forecastRows } from '../support/encode-parquet.js';

const folder = suiteFolder();
const duckDb = await openDuckDb();
afterAll(() => duckDb.closeSync());

const forecasts = forecastSchema(['mean', '0.9'], ['region']);
const accuracy = accuracyTable;
const tables: readonly (readonly [name: string, schema: TableSchema, rows: readonly Row[]])[] = [
  ['forecasts', forecasts, forecastRows(3000, 21)],
  ['forecasts of distinct items', forecasts, forecastRows(3000, 22, true)],
  ['metrics', accuracy, accuracyRows(1500, 23)],
  ['no rows', forecasts, []],
];

/** The path of a file of this name, without what a path may not hold. */
function pathOf(name: string): string {
  return join(folder, `${name.replaceAll(/\W+/g, '_')}.parquet`);
}

describe.each(tables)('%s, written here', (table, schema, rows) => {
  describe.each(['snappy', 'gzip', 'zstd', 'uncompressed'] as const)('%s', (compression) => {
    const path = pathOf(`${table} ${compression}`);
    const from = `read_parquet(${quoted(path, "'")})`;
    const kinds = kindsOf(schema);
    const values = rowValues(schema, rows);
    const written = encodeParquet(schema, rows, { compression, rowGroupRows: 1200 }).then((bytes) => {
      writeFileSync(path, bytes);
      return bytes;
    });

    it('is read by DuckDB, every value', async () => {
      await written;
      expect(await queryValues(duckDb, from, kinds)).toEqual(values);
    });

    it('has the types, row groups, codec and nulls that DuckDB should see', async () => {
      await written;
      const types = { text: 'VARCHAR', time: 'TIMESTAMP WITH TIME ZONE', number: 'DOUBLE' };
      const described = (await duckDb.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)).getRows();
      expect(described.map(([name, type]) => [name, type])).toEqual(
        schema.columns.map(({ name, kind }) => [name, types[kind]]),
      );
      const query = `SELECT row_group_id, any_value(row_group_num_rows)::INTEGER, max(compression), sum(stats_null_count)::INTEGER
        FROM parquet_metadata(${quoted(path, "'")}) GROUP BY 1 ORDER BY 1`;
      const groups = [];
      for (let start = 0; start < rows.length; start += 1200) {
        const piece = rowValues(schema, rows.slice(start, start + 1200));
        const nulls = Object.values(piece)
          .flat()
          .filter((value) => value === null).length;
        groups.push([BigInt(start / 1200), Math.min(1200, rows.length - start), compression.toUpperCase(), nulls]);
      }
      expect((await duckDb.runAndReadAll(query)).getRows()).toEqual(groups);
    });

    it('is read by hyparquet, every value', async () => {
      // by itself hyparquet drops a byte-order mark at the start of a text
      const parsers = {
        stringFromBytes: (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
      };
      const read = await parquetReadObjects({ file: (await written).buffer, compressors, parsers });
      const columns = schema.columns.map(({ name, kind }) => [name, read.map((row) => cellValue(row[name], kind))]);
      expect(Object.fromEntries(columns)).toEqual(values);
    });

    it('is read by parquetjs-lite: texts and numbers', async () => {
      await written;
      const readable = schema.columns.filter(({ kind }) => kind !== 'time');
      const read = readParquetJs(
        path,
        readable.map(({ name }) => name),
      );
      if (compression === 'zstd' && rows.length > 0) {
        return expect(read).rejects.toBe('invalid compression method: ZSTD');
      }
      const cells = await read;
      for (const { name, kind } of readable) {
        expect(cells.map((row) => cellValue((row[name] ?? null) as Row[string], kind))).toEqual(values[name]);
      }
    });
  });
});

describe('what is written here', () => {
  const names = tables.flatMap(([table, , rows]) => {
    const codecs = ['snappy', 'gzip', 'zstd', 'uncompressed'];
    return codecs.map((codec) => `${table}, ${codec}${rows.length > 1200 ? ', several row groups' : ''}`);
  });
  provesClaims('DuckDB', 'reads', names);
  provesClaims('hyparquet', 'reads', names);
  provesClaims(
    'parquetjs-lite',
    'reads',
    names.filter((name) => !name.includes('zstd')),
  );

  it('has times that parquetjs-lite 0.8.7 cannot read, as it cannot read its own', async () => {
    const path = pathOf('own times');
    const row = { timestamp: new Date(0) };
    const pages = { useDataPageV2: false, rowGroupSize: 10 };
    await writeParquetJs(path, { timestamp: { type: 'TIMESTAMP_MILLIS' } }, [row], pages);
    const reason = 'Cannot convert a BigInt value to a number';
    await expect(readParquetJs(path, ['timestamp'])).rejects.toThrow(reason);
    writeFileSync(path, await encodeParquet(forecasts, forecastRows(10, 24)));
    await expect(readParquetJs(path, ['timestamp'])).rejects.toThrow(reason);
  });
});

/** An object with the same for each of these names. */
function all<Value>(names: readonly string[], value: Value): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const textNames = ['item_id', 'region'];
const timeNames = ['timestamp', 'backtestwindow_start_time', 'backtestwindow_end_time'];
const numberNames = ['target_value', 'mean', 'p90'];

interface DuckCase {
  /** What stands after `COPY (SELECT`. */
  readonly select?: string;
  /** What the same select would say in values of the plain types, where it is not the same. */
  readonly meaning?: string;
  readonly options?: string;
  readonly table?: string;
}

/** `* REPLACE (expression AS name, …)`, where `$` in the expression is the name. */
function replacing(names: readonly string[], expression: string): string {
  const each = names.map((name) => `${expression.replaceAll('$', quoted(name))} AS ${quoted(name)}`);
  return `* REPLACE (${each.join(', ')})`;
}

const duckCases: Record<string, DuckCase> = {};
for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'lz4_raw']) {
  for (const version of ['V1', 'V2']) {
    const options = `COMPRESSION ${codec}, PARQUET_VERSION ${version}`;
    duckCases[`${codec}, PARQUET_VERSION ${version}`] = { options };
    duckCases[`distinct texts, ${codec}, PARQUET_VERSION ${version}`] = {
      options,
      select: `* REPLACE (item_id || '#' || row_number() OVER () AS item_id)`,
    };
  }
}
for (const version of ['V1', 'V2']) {
  const options = `PARQUET_VERSION ${version}`;
  const add = (name: string, select: string, meaning?: string): void => {
    duckCases[`${name}, ${version}`] = { select, options, ...(meaning === undefined ? {} : { meaning }) };
  };
  const someTimes = 'CASE WHEN year($) BETWEEN 1900 AND 2100 THEN $ END';
  add('times as TIMESTAMPTZ', replacing(timeNames, '$::TIMESTAMPTZ'));
  add('times as TIMESTAMP_MS', replacing(timeNames, '$::TIMESTAMP_MS'));
  add('times as TIMESTAMP_S', replacing(timeNames, `date_trunc('second', $)::TIMESTAMP_S`));
  add('times as TIMESTAMP_NS', replacing(timeNames, `(${someTimes})::TIMESTAMP_NS`));
  add('times as DATE', replacing(timeNames, '$::DATE'));
  const text = `CASE WHEN year($) BETWEEN 1 AND 9999 THEN strftime($, '%Y-%m-%dT%H:%M:%SZ') END`;
  const truncated = `CASE WHEN year($) BETWEEN 1 AND 9999 THEN date_trunc('second', $) END`;
  add('times as VARCHAR', replacing(timeNames, text), replacing(timeNames, truncated));
  add('numbers as FLOAT', replacing(numberNames, 'TRY_CAST($ AS FLOAT)'));
  for (const type of ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']) {
    add(`numbers as ${type}`, replacing(numberNames, `CASE WHEN abs($) < 1e15 THEN TRY_CAST($ AS ${type}) END`));
  }
  for (const type of ['DECIMAL(4,1)', 'DECIMAL(9,3)', 'DECIMAL(18,9)', 'DECIMAL(38,20)']) {
    const decimal = `TRY_CAST($ AS ${type})`;
    add(`numbers as ${type}`, replacing(numberNames, decimal), replacing(numberNames, `${decimal}::VARCHAR`));
  }
  add('numbers as VARCHAR', replacing(numberNames, '$::VARCHAR'), '*');
  add('texts as BLOB', `* REPLACE (encode(item_id) AS item_id)`, '*');
  add('texts as ENUM', `* REPLACE (('k' || ascii(item_id) % 3)::ENUM('k0', 'k1', 'k2') AS item_id)`);
  duckCases[`not defined in metrics as VARCHAR, ${version}`] = {
    table: 'a',
    select: replacing(['wQL[0.9]', 'Average wQL', 'RMSE'], `coalesce($::VARCHAR, 'not defined')`),
    options,
  };
}
duckCases['dictionaries refused, numbers of every kind'] = { options: 'PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1' };
duckCases['no rows'] = { select: '*', table: '(SELECT * FROM f LIMIT 0)' };

describe('what DuckDB writes is read here, every value', () => {
  const rows = forecastRows(5000, 31);
  const made = createTable(duckDb, 'f', forecasts, rows).then(() =>
    createTable(duckDb, 'a', accuracy, accuracyRows(5000, 32)),
  );
  const kinds: Record<string, ReturnType<typeof kindsOf>> = { a: kindsOf(accuracy) };
  const encodings = new Set<string>();

  it('and DuckDB holds the rows that it was given', async () => {
    await made;
    expect(await queryValues(duckDb, 'f', kindsOf(forecasts))).toEqual(rowValues(forecasts, rows));
  });

  it.each(Object.keys(duckCases))('%s', async (name) => {
    await made;
    const { select = '*', meaning = select, options = 'COMPRESSION snappy', table = 'f' } = duckCases[name]!;
    const path = pathOf(`duckdb ${name}`);
    await duckDb.run(
      `COPY (SELECT ${select} FROM ${table}) TO ${quoted(path, "'")} (FORMAT parquet, ROW_GROUP_SIZE 2048, ${options})`,
    );
    const meant = await queryValues(duckDb, `(SELECT ${meaning} FROM ${table})`, kinds[table] ?? kindsOf(forecasts));
    const file = readFileSync(path);
    const groups = parquetMetadata(new Uint8Array(file).buffer).row_groups;
    for (const { columns } of groups) {
      for (const { meta_data: column } of columns) for (const encoding of column!.encodings) encodings.add(encoding);
    }
    expect(groups.map((group) => Number(group.num_rows))).toEqual(name === 'no rows' ? [] : [2048, 2048, 904]);
    expect(await readHere(file)).toEqual(name === 'no rows' ? {} : meant);
  });

  it('with every encoding that DuckDB chooses', () => {
    expect([...encodings].sort()).toEqual([
      'BYTE_STREAM_SPLIT',
      'DELTA_BINARY_PACKED',
      'DELTA_LENGTH_BYTE_ARRAY',
      'PLAIN',
      'PLAIN_DICTIONARY',
      'RLE_DICTIONARY',
    ]);
  });

  provesClaims('DuckDB', 'writes', Object.keys(duckCases));
});

/** Rows that parquetjs-lite can write: it refuses NaN, and makes -0 a 0. */
const plainRows: readonly Row[] = forecastRows(1000, 41).map((row) => {
  const finite = Object.fromEntries(
    numberNames.map((name) => [name, Number.isNaN(row[name]) || row[name] === 0 ? null : row[name]!]),
  );
  return { ...row, ...finite };
});

interface JsCase {
  /** How columns are written that are not text as UTF8, times as TIMESTAMP_MICROS and numbers as DOUBLE. */
  readonly columns?: Readonly<Record<string, Partial<ParquetJsColumn>>>;
  readonly convert?: (row: Row) => Row;
  readonly compression?: string;
  readonly useDataPageV2?: boolean;
}

/** Some columns of a row made otherwise; null stays. */
function changing(names: readonly string[], change: (value: number) => Row[string]): (row: Row) => Row {
  return (row) => ({
    ...row,
    ...Object.fromEntries(names.map((name) => [name, row[name] === null ? null : change(Number(row[name]))])),
  });
}

const bounded = (limit: number) =>
  changing(numberNames, (value) => (Math.abs(value) < limit ? Math.floor(value) + 0 : null));
const isoText = (value: number): string => new Date(value).toISOString().replace('.000Z', 'Z');
const modern = changing(timeNames, (value) => (Math.abs(value) < 4e12 ? Math.floor(value / 1000) * 1000 : 0));
const jsCases: Record<string, JsCase> = {
  'uncompressed, data pages v1': { compression: 'UNCOMPRESSED', useDataPageV2: false },
  'uncompressed, data pages v2': { compression: 'UNCOMPRESSED', useDataPageV2: true },
  'gzip, data pages v1': { compression: 'GZIP', useDataPageV2: false },
  'gzip, data pages v2': { compression: 'GZIP', useDataPageV2: true },
  'snappy, data pages v1': { compression: 'SNAPPY', useDataPageV2: false },
  'snappy, data pages v2': { compression: 'SNAPPY', useDataPageV2: true },
  'times as TIMESTAMP_MILLIS': { columns: all(timeNames, { type: 'TIMESTAMP_MILLIS' }) },
  'times as text': { columns: all(timeNames, { type: 'UTF8' }), convert: modern },
  'numbers as FLOAT': { columns: all(numberNames, { type: 'FLOAT' }), convert: changing(numberNames, Math.fround) },
  'numbers as INT32': { columns: all(numberNames, { type: 'INT32' }), convert: bounded(2 ** 31) },
  'numbers as INT64': { columns: all(numberNames, { type: 'INT64' }), convert: bounded(2 ** 53) },
  'numbers as text': { columns: all(numberNames, { type: 'UTF8' }) },
  'texts as BYTE_ARRAY': { columns: all(textNames, { type: 'BYTE_ARRAY' }) },
};

describe('what parquetjs-lite writes is read here, every value', () => {
  const types = { text: 'UTF8', time: 'TIMESTAMP_MICROS', number: 'DOUBLE' };

  it.each(Object.keys(jsCases))('%s', async (name) => {
    const { columns = {}, convert = (row) => row, compression = 'SNAPPY', useDataPageV2 = false } = jsCases[name]!;
    const rows = plainRows.map(convert);
    const described = forecasts.columns.map(({ name, kind }) => {
      const column = { type: types[kind], optional: kind !== 'text', compression };
      return [name, { ...column, ...columns[name] }] as const;
    });
    const typeOf = new Map(described.map(([name, { type }]) => [name, type]));
    const path = pathOf(`parquetjs ${name}`);
    const cells = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, cell]) => {
          if (cell === null || !timeNames.includes(name))
            return [name, cell === null ? null : typeOf.get(name) === 'UTF8' ? String(cell) : cell];
          return [name, typeOf.get(name) === 'UTF8' ? isoText(Number(cell)) : new Date(cell)];
        }),
      ),
    );
    await writeParquetJs(path, Object.fromEntries(described), cells, { useDataPageV2, rowGroupSize: 300 });
    expect(await readHere(readFileSync(path))).toEqual(rowValues(forecasts, rows));
  });

  provesClaims('parquetjs-lite', 'writes', Object.keys(jsCases));
});

interface HyCase {
  readonly codec?: CompressionCodec;
  /** By kind, or for one column, how it is written where it is not optional text, TIMESTAMP and DOUBLE. */
  readonly columns?: Readonly<Record<string, Partial<ColumnSource>>>;
  /** Replaces what the schema says of columns of these names. */
  readonly elements?: Readonly<Record<string, Partial<SchemaElement>>>;
  readonly convert?: (row: Row) => Row;
  readonly pageSize?: number;
}

const timestamp = (unit: 'MILLIS' | 'MICROS' | 'NANOS', isAdjustedToUTC: boolean): Partial<SchemaElement> => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
});
const decimal = (type: 'INT32' | 'INT64' | 'FIXED_LEN_BYTE_ARRAY', precision: number): Partial<SchemaElement> => ({
  type,
  converted_type: 'DECIMAL',
  precision,
  scale: 2,
  ...(type === 'FIXED_LEN_BYTE_ARRAY' ? { type_length: 16 } : {}),
});
const hundredths = changing(numberNames, (value) => (Math.abs(value) < 1e6 ? Math.round(value * 100) / 100 + 0 : null));
const positiveZero = changing(numberNames, (value) => value + 0);
const hyCases: Record<string, HyCase> = {
  uncompressed: { codec: 'UNCOMPRESSED' },
  snappy: {},
  gzip: { codec: 'GZIP' },
  brotli: { codec: 'BROTLI' },
  zstd: { codec: 'ZSTD' },
  'several pages': { pageSize: 1000 },
  'texts PLAIN': { columns: all(textNames, { encoding: 'PLAIN' }) },
  'texts RLE_DICTIONARY': { columns: all(textNames, { encoding: 'RLE_DICTIONARY' }) },
  'texts DELTA_LENGTH_BYTE_ARRAY': { columns: all(textNames, { encoding: 'DELTA_LENGTH_BYTE_ARRAY' }) },
  'texts DELTA_BYTE_ARRAY': { columns: all(textNames, { encoding: 'DELTA_BYTE_ARRAY' }), pageSize: 1000 },
  'times DELTA_BINARY_PACKED': { columns: all(timeNames, { encoding: 'DELTA_BINARY_PACKED' }), pageSize: 1000 },
  'times BYTE_STREAM_SPLIT': { columns: all(timeNames, { encoding: 'BYTE_STREAM_SPLIT' }) },
  'numbers BYTE_STREAM_SPLIT': { columns: all(numberNames, { encoding: 'BYTE_STREAM_SPLIT' }) },
  'numbers RLE_DICTIONARY': {
    columns: all(numberNames, { encoding: 'RLE_DICTIONARY' }),
    convert: positiveZero, // its dictionaries take 0 and -0 for one
  },
  'numbers as FLOAT': { columns: all(numberNames, { type: 'FLOAT' }), convert: changing(numberNames, Math.fround) },
  'numbers as INT32': { columns: all(numberNames, { type: 'INT32' }), convert: bounded(2 ** 31) },
  'numbers as INT32 DELTA_BINARY_PACKED': {
    columns: all(numberNames, { type: 'INT32', encoding: 'DELTA_BINARY_PACKED' }),
    convert: bounded(2 ** 31),
  },
  'numbers as text': { columns: all(numberNames, { type: 'STRING' }), convert: positiveZero },
  'times as text': { columns: all(timeNames, { type: 'STRING' }), convert: modern },
};
for (const unit of ['MILLIS', 'MICROS', 'NANOS'] as const) {
  for (const utc of [true, false]) {
    hyCases[`times as TIMESTAMP ${unit}, ${utc ? 'UTC' : 'local'}`] = {
      elements: all(timeNames, timestamp(unit, utc)),
      convert: modern,
    };
  }
}
for (const [type, precision] of [
  ['INT32', 9],
  ['INT64', 18],
  ['FIXED_LEN_BYTE_ARRAY', 38],
] as const) {
  hyCases[`numbers as DECIMAL in ${type}`] = {
    elements: all(numberNames, decimal(type, precision)),
    convert: hundredths,
  };
}

describe('what hyparquet-writer writes is read here, every value', async () => {
  const zstd = await Zstd.load();
  const packing = {
    GZIP: (bytes: Uint8Array) => gzipSync(bytes),
    BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes),
    ZSTD: (bytes: Uint8Array) => zstd.compress(bytes),
  };
  const types = { text: 'STRING', time: 'TIMESTAMP', number: 'DOUBLE' } as const;

  it.each(Object.keys(hyCases))('%s', async (name) => {
    const { codec = 'SNAPPY', columns = {}, elements, convert = (row) => row, pageSize } = hyCases[name]!;
    const rows = forecastRows(1000, 51).map(convert);
    const columnData = forecasts.columns.map(({ name, kind }): ColumnSource => {
      const type = columns[name]?.type ?? types[kind];
      const data = rows.map((row) => {
        const cell = row[name] ?? null;
        if (cell === null || kind === 'text') return cell;
        if (type === 'STRING') return kind === 'time' ? isoText(Number(cell)) : String(cell);
        if (kind === 'time') {
          const unit = elements?.[name]?.logical_type;
          return unit?.type === 'TIMESTAMP' && unit.unit === 'NANOS' ? BigInt(cell) * 1_000_000n : new Date(cell);
        }
        return cell;
      });
      // with a schema of our own, that tells the types
      if (elements !== undefined) return { name, data };
      return { name, nullable: kind !== 'text', ...columns[name], type, data };
    });
    const schema: SchemaElement[] = [
      { name: 'root', num_children: columnData.length },
      ...forecasts.columns.map(({ name, kind }): SchemaElement => {
        const plain = {
          text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
          time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
          number: { type: 'DOUBLE' },
        } as const;
        return {
          name,
          repetition_type: kind === 'text' ? 'REQUIRED' : 'OPTIONAL',
          ...(elements?.[name] ?? plain[kind]),
        };
      }),
    ];
    const bytes = parquetWriteBuffer({
      columnData,
      codec,
      compressors: packing,
      rowGroupSize: 300,
      ...(pageSize === undefined ? {} : { pageSize }),
      ...(elements === undefined ? {} : { schema }),
    });
    expect(await readHere(new Uint8Array(bytes))).toEqual(rowValues(forecasts, rows));
  });

  provesClaims('hyparquet-writer', 'writes', Object.keys(hyCases));
});
