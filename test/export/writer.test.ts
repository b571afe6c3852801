import { RecordBatch, Table, tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import {
  createExportWriter,
  createLocalStorage,
  createMemoryStorage,
  listExports,
  openExport,
  type ExportWriterOptions,
  type Row,
} from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { folderFiles, storageFiles } from '../support/folder-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const options: ExportWriterOptions = Object.freeze({
  jobName: 'bike',
  exportedAt: '2021-12-14T13:20:10Z',
  format: 'CSV',
});
const windowStart = new Date('2021-12-01T00:00:00Z');
const windowEnd = new Date('2021-12-14T00:00:00Z');

function forecast(item: string, mean: number | null = 4.5): Row {
  return {
    item_id: item,
    timestamp: windowStart,
    target_value: 5,
    backtestwindow_start_time: windowStart,
    backtestwindow_end_time: windowEnd,
    mean,
    p90: 9.25,
  };
}

function accuracy(item: string, metric: number | 'not defined' | null = 'not defined'): Row {
  return {
    item_id: item,
    backtest_window: 'Computed',
    backtestwindow_start_time: windowStart,
    backtestwindow_end_time: windowEnd,
    'wQL[0.9]': 0.5,
    RMSE: metric,
  };
}

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90\n';
const line = (item: string, mean = '4.5'): string =>
  `${item},2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,${mean},9.25\n`;
const stem = 'Forecasts_bike_2021-12-14T13-20-10Z_part';

describe('an export writer', () => {
  it('writes both tables as Forecast does', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, options);
    await writer.forecastedValues.write([forecast('a'), forecast('b,"c"', null)]);
    await writer.accuracyMetrics.write([accuracy('a'), accuracy('b', 1e-7), accuracy('c', null)]);
    expect([writer.forecastedValues.rows, writer.accuracyMetrics.rows]).toEqual([2, 3]);
    const hidden = [...(await storageFiles(storage)).keys()];
    expect(hidden.every((path) => path.includes('/.backtest-export-'))).toBe(true);
    const written = await writer.finish();
    const files = await storageFiles(storage);
    expect([...files]).toEqual([
      ['_CHECK', ''],
      ['_SUCCESS', ''],
      [
        'accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv',
        'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.9],RMSE\n' +
          'a,Computed,2021-12-01T00:00:00,2021-12-14T00:00:00,0.5,not defined\n' +
          'b,Computed,2021-12-01T00:00:00,2021-12-14T00:00:00,0.5,1.0E-7\n' +
          'c,Computed,2021-12-01T00:00:00,2021-12-14T00:00:00,0.5,\n',
      ],
      [`forecasted-values/${stem}0.csv`, header + line('a') + line('"b,""c"""', '')],
    ]);
    expect(written).toEqual({
      jobName: 'bike',
      exportedAt: new Date('2021-12-14T13:20:10Z'),
      format: 'CSV',
      rows: { 'forecasted-values': 2, 'accuracy-metrics-values': 3 },
      files: [...files]
        .slice(2)
        .reverse()
        .map(([path, text]) => ({ path, size: text.length })),
    });
    await writer.abort();
    expect((await storageFiles(storage)).size).toBe(4);
    expect((await failureOf(() => writer.finish()))[0]).toBe('WRITE_FAILED');
  });

  it('splits parts by rows, across calls', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, rowsPerPart: 2, convention: 'documented' });
    for (const item of ['a', 'b', 'c']) await writer.forecastedValues.write([forecast(item)]);
    async function* more(): AsyncGenerator<Row> {
      yield forecast('d');
      yield forecast('e');
    }
    await writer.forecastedValues.write(more());
    await writer.finish();
    const path = (number: number): string => `forecasted-values/bike_2021-12-14T13-20-10Z_${number}.csv`;
    const files = await storageFiles(storage);
    expect([...files.keys()]).toEqual(['_CHECK', '_SUCCESS', path(0), path(1), path(2)]);
    expect(files.get(path(0))).toBe(header + line('a') + line('b'));
    expect(files.get(path(2))).toBe(header + line('e'));
  });

  it('splits parts by bytes', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, bytesPerPart: header.length + 1 });
    for (const item of ['a', 'b']) await writer.forecastedValues.write([forecast(item)]);
    const { files } = await writer.finish();
    expect(files.map(({ size }) => size)).toEqual([header.length + line('a').length, header.length + line('b').length]);
  });

  it.each(['CSV', 'PARQUET'] as const)(
    'writes what it reads, as batches, rows and Arrow data, in %s',
    async (format) => {
      const source = createMemoryStorage();
      await generateExport(source, { items: 30, parts: 3, missingActuals: 0.3, textStyle: 'hostile' });
      const { forecastedValues, accuracyMetrics } = await openExport(source);
      const rows = [await collect(forecastedValues.rows()), await collect(accuracyMetrics.rows())];
      const target = createMemoryStorage();
      for (const way of ['columnBatches', 'rows', 'batches'] as const) {
        const writer = await createExportWriter(target, { ...options, format, overwrite: true });
        for (const [from, to] of [
          [forecastedValues, writer.forecastedValues],
          [accuracyMetrics, writer.accuracyMetrics],
        ] as const) {
          if (way === 'rows') await to.write(from.rows());
          else for await (const batch of from[way]()) await to.write(batch);
        }
        await writer.finish();
        const back = await openExport(target);
        expect([await collect(back.forecastedValues.rows()), await collect(back.accuracyMetrics.rows())]).toEqual(rows);
      }
      const writer = await createExportWriter(target, { ...options, format, overwrite: true });
      await writer.forecastedValues.write(await forecastedValues.table());
      await writer.finish();
      const back = await openExport(target);
      expect(await collect(back.forecastedValues.rows())).toEqual(rows[0]);
      expect(back.accuracyMetrics.exists).toBe(false);
    },
  );

  it('accepts plain Arrow columns and times as text', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, options);
    const time = new Date(windowStart);
    const table = tableFromArrays({
      item_id: ['a', 'b'],
      timestamp: [time, time],
      target_value: Int32Array.of(5, 5),
      backtestwindow_start_time: [time, time],
      backtestwindow_end_time: [windowEnd, windowEnd],
      mean: Float64Array.of(4.5, 4.5),
      p90: Float32Array.of(9.25, 9.25),
    });
    expect([table instanceof Table, table.batches[0] instanceof RecordBatch]).toEqual([true, true]);
    await writer.forecastedValues.write(table);
    await writer.forecastedValues.write([{ ...forecast('c'), timestamp: '2021-12-01 00:00:00' }]);
    await writer.finish();
    expect((await storageFiles(storage)).get(`forecasted-values/${stem}0.csv`)).toBe(
      header + line('a') + line('b') + line('c'),
    );
  });

  it('guards formulas on request', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, guardFormulas: true });
    await writer.forecastedValues.write([forecast('=1+1')]);
    await writer.finish();
    expect((await storageFiles(storage)).get(`forecasted-values/${stem}0.csv`)).toBe(header + line("'=1+1"));
  });

  it.each([
    [[{ ...forecast('a'), mean: '4.5' }], "record 1, column mean: expected a number or null, found the text '4.5'"],
    [
      [forecast('a'), { ...forecast('b'), mean: undefined }],
      'record 2, column mean: expected a number or null, found undefined',
    ],
    [
      [{ ...forecast('a'), mean: 'not defined' }],
      "record 1, column mean: expected a number or null, found the text 'not defined'",
    ],
    [[{ ...forecast('a'), item_id: null }], 'record 1, column item_id: expected text, found null'],
    [
      [{ ...forecast('a'), item_id: '\ud800' }],
      "record 1, column item_id: expected text without lone surrogates, found the text '\\ud800'",
    ],
    [
      [{ ...forecast('a'), timestamp: new Date('x') }],
      'record 1, column timestamp: expected a Date, a time such as 2017-06-19T00:00:00Z, or null, found an invalid Date',
    ],
    [
      [{ ...forecast('a'), timestamp: '1 May' }],
      "record 1, column timestamp: expected a Date, a time such as 2017-06-19T00:00:00Z, or null, found the text '1 May'",
    ],
    [
      [forecast('a'), { ...forecast('b'), p50: 1 }],
      "record 2: expected the columns of the first row, 'item_id', 'timestamp', 'target_value', 'backtestwindow_start_time', 'backtestwindow_end_time', 'mean', 'p90', found 'item_id', 'timestamp', 'target_value', 'backtestwindow_start_time', 'backtestwindow_end_time', 'mean', 'p90', 'p50'",
    ],
    [
      [accuracy('a')],
      "expected columns of forecasted-values, found those of accuracy-metrics-values: 'item_id', 'backtest_window', 'backtestwindow_start_time', 'backtestwindow_end_time', 'wQL[0.9]', 'RMSE'",
    ],
  ])('refuses a row that does not fit, and leaves nothing: %j', async (rows, message) => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, options);
    await writer.accuracyMetrics.write([accuracy('a')]);
    expect(await failureOf(() => writer.forecastedValues.write(rows as Row[]))).toEqual(['ROW_INVALID', message]);
    expect((await storageFiles(storage)).size).toBe(0);
    expect((await failureOf(() => writer.accuracyMetrics.write([accuracy('b')])))[0]).toBe('WRITE_FAILED');
  });

  it('refuses an export without rows', async () => {
    const writer = await createExportWriter(createMemoryStorage(), options);
    await writer.forecastedValues.write([]);
    expect(await failureOf(() => writer.finish())).toEqual([
      'ROW_INVALID',
      'expected rows of at least one table, found none',
    ]);
  });

  it('refuses null beside not defined in Parquet', async () => {
    const writer = await createExportWriter(createMemoryStorage(), { ...options, format: 'PARQUET' });
    const [code, message] = await failureOf(() => writer.accuracyMetrics.write([accuracy('a'), accuracy('b', null)]));
    expect(code).toBe('VALUE_NOT_RESTORABLE');
    expect(message).toMatch(/^record 2, column RMSE: /);
  });

  it('refuses a folder that contains the export, and replaces it only once the new one is complete', async () => {
    const folder = temporaryFolder();
    const storage = createLocalStorage(folder);
    const write = async (items: readonly string[], more: Partial<ExportWriterOptions> = {}): Promise<void> => {
      const writer = await createExportWriter(storage, { ...options, ...more, rowsPerPart: 1 });
      for (const item of items) await writer.forecastedValues.write([forecast(item)]);
      await writer.finish();
    };
    await write(['a', 'b', 'c']);
    const before = folderFiles(folder);
    expect((await failureOf(() => write(['d'], { format: 'PARQUET' })))[0]).toBe('EXPORT_EXISTS');
    const writer = await createExportWriter(folder, { ...options, overwrite: true });
    await writer.forecastedValues.write([forecast('d')]);
    await writer.abort();
    await writer.abort();
    expect(folderFiles(folder)).toEqual(before);
    await write(['d', 'e'], { overwrite: true });
    expect([...folderFiles(folder)]).toEqual([
      ['_CHECK', ''],
      ['_SUCCESS', ''],
      [`forecasted-values/${stem}0.csv`, header + line('d')],
      [`forecasted-values/${stem}1.csv`, header + line('e')],
    ]);
    await write(['f'], { exportedAt: new Date('2021-12-15T00:00:00Z') });
    expect((await listExports(folder)).exports).toHaveLength(2);
  });

  it('publishes in order, without _SUCCESS meanwhile, even if another export had one', async () => {
    const storage = createMemoryStorage([['_SUCCESS', '']]);
    const seen: unknown[] = [];
    const move = storage.move.bind(storage);
    storage.move = async (from, to, how) => {
      await move(from, to, how);
      if (!to.endsWith('.csv')) return;
      seen.push([to, storage.get('_CHECK') !== undefined, storage.get('_SUCCESS') !== undefined]);
    };
    const writer = await createExportWriter(storage, { ...options, rowsPerPart: 1 });
    await writer.forecastedValues.write([forecast('a'), forecast('b')]);
    await writer.finish();
    expect(seen).toEqual([
      [`forecasted-values/${stem}0.csv`, true, false],
      [`forecasted-values/${stem}1.csv`, true, false],
    ]);
    expect(storage.get('_SUCCESS')).toEqual(new Uint8Array());
  });

  it('writes nothing if the export appears meanwhile, in part or in another format', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, rowsPerPart: 1 });
    await writer.forecastedValues.write([forecast('a'), forecast('b')]);
    storage.put(`forecasted-values/${stem}1.parquet`, 'another');
    storage.put('_SUCCESS', '');
    expect((await failureOf(() => writer.finish()))[0]).toBe('EXPORT_EXISTS');
    expect([...(await storageFiles(storage)).keys()]).toEqual(['_SUCCESS', `forecasted-values/${stem}1.parquet`]);
  });

  it('stops with the signal', async () => {
    const stop = new AbortController();
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, signal: stop.signal });
    await writer.forecastedValues.write([forecast('a')]);
    stop.abort(new Error('enough'));
    await expect(writer.forecastedValues.write([forecast('b')])).rejects.toThrow('enough');
    expect((await storageFiles(storage)).size).toBe(0);
  });

  it.each([
    [{ jobName: '1bike' }, 'PART_NAME_INVALID'],
    [{ exportedAt: 'yesterday' }, 'EXPORT_TIMESTAMP_INVALID'],
    [{ format: 'csv' }, 'OPTION_INVALID'],
    [{ rowsPerPart: 0 }, 'OPTION_INVALID'],
    [{ overWrite: true }, 'OPTION_INVALID'],
  ])('refuses the options %j', async (wrong, code) => {
    const writer = createExportWriter(createMemoryStorage(), { ...options, ...wrong } as ExportWriterOptions);
    expect((await failureOf(() => writer))[0]).toBe(code);
  });

  it('refuses what is not rows, saying how to write them', async () => {
    const given: readonly (readonly [unknown, string])[] = [
      [forecast('a'), 'one row: write it as [row]'],
      [Promise.resolve([forecast('a')]), 'a promise: await it first'],
      [undefined, 'undefined'],
      [null, 'null'],
      [5, '5'],
      ['a,b', "'a,b'"],
    ];
    for (const [rows, found] of given) {
      const writer = await createExportWriter(createMemoryStorage(), options);
      expect(await failureOf(() => writer.forecastedValues.write(rows as Row[]))).toEqual([
        'ROW_INVALID',
        `expected rows: an array, an iterable or async iterable of them, Arrow data or a batch, found ${found}`,
      ]);
    }
    for (const rows of [[null], [forecast('a'), 7], [['a']]]) {
      const writer = await createExportWriter(createMemoryStorage(), options);
      const [code, message] = await failureOf(() => writer.forecastedValues.write(rows as Row[]));
      expect([code, message]).toEqual(['ROW_INVALID', expect.stringContaining('expected a row, an object with a')]);
    }
  });

  it('returns the time in the names, to the second', async () => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, exportedAt: new Date('2021-12-14T13:20:10.987Z') });
    await writer.forecastedValues.write([forecast('a')]);
    expect((await writer.finish()).exportedAt).toEqual(new Date('2021-12-14T13:20:10Z'));
    expect((await openExport(storage)).exportedAt).toEqual(new Date('2021-12-14T13:20:10Z'));
  });
});

describe('what could not be read back', () => {
  const limit = 1_048_576;
  const rest = ',2021-12-01T00:00:00Z,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,4.5,9.25'.length;

  it.each([
    ['CSV', limit - rest, 'CSV_RECORD_TOO_LONG'],
    ['PARQUET', limit, 'TEXT_TOO_LONG'],
  ] as const)('is refused with its record: %s', async (format, longest, code) => {
    const storage = createMemoryStorage();
    const writer = await createExportWriter(storage, { ...options, format });
    await writer.forecastedValues.write([forecast('a'), forecast('b'.repeat(longest)), forecast('c')]);
    await writer.finish();
    const { forecastedValues } = await openExport(storage);
    expect((await collect(forecastedValues.rows())).map((row) => String(row['item_id']).length)).toEqual([
      1,
      longest,
      1,
    ]);

    const other = createMemoryStorage();
    const refused = await createExportWriter(other, { ...options, format });
    await refused.forecastedValues.write([forecast('a')]);
    const rows = [forecast('b'), forecast('c'.repeat(longest + 1)), forecast('d')];
    expect(await failureOf(() => refused.forecastedValues.write(rows))).toEqual([
      code,
      expect.stringContaining('record 3'),
    ]);
    expect(await storageFiles(other)).toEqual(new Map());
  });
});
