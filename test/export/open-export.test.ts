import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createLocalStorage,
  createMemoryStorage,
  openExport,
  summarize,
  type MemoryStorage,
  type OpenOptions,
  type Storage,
} from 'backtest-export';
import { generateExport, type DefectName } from 'backtest-export/testing';
import { collect } from '../support/collect.ts';
import { parquetPart } from '../support/parquet-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const forecasts = 'forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part';
const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90\n';
const row = (item: string, mean = '4.5'): string =>
  `${item},2020-01-01T00:00:00Z,5.0,2020-01-01T00:00:00,2020-01-02T00:00:00,${mean},1.0,9.0\n`;
const accuracy =
  'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.1],wQL[0.9],RMSE,WAPE\n';

async function fails(run: Promise<unknown>, code: string, message: string): Promise<void> {
  await expect(run).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
}

function small(...parts: string[]): MemoryStorage {
  return createMemoryStorage(parts.map((text, number) => [`${forecasts}${number}.csv`, text]));
}

describe('openExport', () => {
  it('returns what the header contains, and distinguishes "not defined", empty and NaN', async () => {
    const storage = small(header + row('a'));
    storage.put(
      'accuracy-metrics-values/Accuracy_job_2021-12-14T13-20-10Z_part0.csv',
      `${accuracy}a,Computed,2020-01-01,2020-01-02,not defined,,NaN,0.5\n`,
    );
    const found = await openExport(storage);
    expect(found).toMatchObject({
      jobName: 'job',
      itemColumn: 'item_id',
      dimensions: [],
      forecastTypes: ['mean', '0.1', '0.9'],
      complete: false,
    });
    const rows = await collect(found.accuracyMetrics.rows());
    expect({ ...rows[0] }).toEqual({
      item_id: 'a',
      backtest_window: 'Computed',
      backtestwindow_start_time: new Date('2020-01-01'),
      backtestwindow_end_time: new Date('2020-01-02'),
      'wQL[0.1]': 'not defined',
      'wQL[0.9]': null,
      RMSE: Number.NaN,
      WAPE: 0.5,
    });
    const [arrow] = await collect(found.accuracyMetrics.batches({ columns: ['wQL[0.1]', 'wQL[0.9]', 'RMSE'] }));
    expect(arrow?.toArray().map((cells: { toJSON(): object }) => cells.toJSON())).toEqual([
      { 'wQL[0.1]': null, 'wQL[0.9]': null, RMSE: Number.NaN },
    ]);
  });

  it('opens a bare folder of one table, a single part, and a file of any name', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 4, horizon: 3, parts: 2 });
    const bare = await openExport(join(folder, 'forecasted-values'));
    expect([bare.forecastedValues.parts.length, bare.accuracyMetrics.exists]).toEqual([2, false]);
    const part = await openExport(
      join(folder, bare.forecastedValues.parts[1]?.path.replace(/^/, 'forecasted-values/') ?? ''),
    );
    expect([part.jobName, part.forecastedValues.parts.length]).toEqual(['synthetic_backtest', 1]);
    writeFileSync(join(folder, 'mine.csv'), header + row('a'));
    const free = await openExport(join(folder, 'mine.csv'));
    expect([free.jobName, free.forecastedValues.exists]).toEqual([undefined, true]);
    const metrics = await openExport(join(folder, 'accuracy-metrics-values'));
    expect([metrics.forecastedValues.exists, metrics.accuracyMetrics.exists]).toEqual([false, true]);
    for (const options of [{ accuracyMetrics: false }, { by: ['item'] }])
      await fails(summarize(metrics, options), 'TABLE_NOT_FOUND', 'expected parts of forecasted-values');
  });

  it('refuses what it cannot open, saying why', async () => {
    await fails(openExport('gs://bucket/x'), 'FORMAT_UNSUPPORTED', 'gs://');
    await fails(openExport(temporaryFolder()), 'EXPORT_NOT_FOUND', 'found none');
    const missing = join(temporaryFolder(), 'missing');
    await fails(openExport(missing), 'FILE_NOT_FOUND', missing);
    await fails(openExport(small('', '')), 'TABLE_NOT_FOUND', 'all are empty');
    const parquet = createMemoryStorage([
      ['forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part0.parquet', 'PAR1'],
    ]);
    await fails(openExport(parquet), 'PARQUET_FOOTER_INVALID', 'the file is truncated');
    const misspelled = { jobname: 'x' } as OpenOptions;
    await fails(openExport(small(header), misspelled), 'OPTION_INVALID', 'jobname');
    await fails(
      openExport(small(header), { dialect: { delimiter: ';;' } }),
      'OPTION_INVALID',
      'openExport.dialect.delimiter',
    );
    await fails(openExport(small(header), { dialect: { encoding: 'klingon' } }), 'OPTION_INVALID', 'Encoding Standard');
  });

  it('never writes to the input folder', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 3 });
    const list = (): string => spawnSync('find', [folder, '-printf', '%p %s %T@\n'], { encoding: 'utf8' }).stdout;
    const before = list();
    await summarize(await openExport(folder), { by: ['item', 'step'], threads: 2 });
    expect(list()).toBe(before);
  });
});

describe('reading a table', () => {
  it('returns the requested columns in the requested order, and refuses others', async () => {
    const found = await openExport(small(header + row('a') + row('b')));
    const rows = await collect(found.forecastedValues.rows({ columns: ['p90', 'item_id'] }));
    expect(rows.map((cells) => Object.entries(cells))).toEqual([
      [
        ['p90', 9],
        ['item_id', 'a'],
      ],
      [
        ['p90', 9],
        ['item_id', 'b'],
      ],
    ]);
    await fails(collect(found.forecastedValues.rows({ columns: ['p95'] })), 'COLUMN_UNKNOWN', "'p95'");
    await fails(collect(found.forecastedValues.batches({ batchRows: 0 })), 'OPTION_INVALID', 'batchRows');
  });

  it('refuses columns that are no list, and options that are none, in each way to read', async () => {
    const { forecastedValues } = await openExport(small(header + row('a')));
    for (const options of [null, { columns: 'p90' }, { columns: [undefined] }, { columns: 5 }] as never[]) {
      await fails(collect(forecastedValues.rows(options)), 'OPTION_INVALID', 'forecasted-values');
      await fails(collect(forecastedValues.columnBatches(options)), 'OPTION_INVALID', 'forecasted-values');
      await fails(collect(forecastedValues.batches(options)), 'OPTION_INVALID', 'forecasted-values');
      await fails(forecastedValues.table(options), 'OPTION_INVALID', 'forecasted-values');
    }
  });

  it('refuses a part with other columns, naming both files, but accepts another order', async () => {
    const other = header.replace('p10,p90', 'p90,p10');
    const rows = await collect(
      (
        await openExport(small(header + row('a'), other + row('b').replace('1.0,9.0', '9.0,1.0')))
      ).forecastedValues.rows(),
    );
    expect(rows.map((cells) => [cells['p10'], cells['p90']])).toEqual([
      [1, 9],
      [1, 9],
    ]);
    const odd = await openExport(small(header + row('a'), header.replace('p90', 'p95') + row('b')));
    const reading = collect(odd.forecastedValues.rows());
    await fails(
      reading,
      'SCHEMA_CONFLICT',
      "part1.csv, header, line 1: the parts of an export must have the same columns: this one lacks 'p90', has 'p95'",
    );
  });

  it('refuses a file that changes after listing or while it is read', async () => {
    const storage = small(header + row('a'));
    const found = await openExport(storage);
    storage.put(`${forecasts}0.csv`, header + row('b'));
    await fails(collect(found.forecastedValues.rows()), 'FILE_CHANGED', 'changed since');

    const folder = temporaryFolder();
    mkdirSync(join(folder, 'forecasted-values'));
    const path = join(folder, `${forecasts}0.csv`);
    writeFileSync(path, header + row('a').repeat(10_000));
    const local = await openExport(folder);
    const rows = local.forecastedValues.rows({ batchRows: 10 });
    await rows.next();
    appendFileSync(path, row('c'));
    const rest = (async () => {
      for await (const _ of rows);
    })();
    await fails(rest, 'FILE_CHANGED', 'part0.csv');
  });

  it('starts nothing before the first pull, closes the file when the consumer stops, and obeys a signal', async () => {
    let open = 0;
    const storage = small(header + row('a').repeat(5000));
    const counting = {
      ...storage,
      location: 'x',
      folderName: 'x',
      transfer: undefined,
      list: storage.list.bind(storage),
      remove: storage.remove.bind(storage),
      create: storage.create.bind(storage),
      open: async (path: string) => {
        const file = await storage.open(path);
        open++;
        return {
          path: file.path,
          size: file.size,
          version: file.version,
          read: file.read.bind(file),
          assertUnchanged: file.assertUnchanged.bind(file),
          close: async () => {
            open--;
            await file.close();
          },
        };
      },
    };
    const found = await openExport(counting);
    expect(open).toBe(0);
    const batches = found.forecastedValues.columnBatches({ batchRows: 100 });
    expect(open).toBe(0);
    await batches.next();
    expect(open).toBe(1);
    await batches.return([]);
    expect(open).toBe(0);
    const controller = new AbortController();
    const aborted = (async () => {
      for await (const _ of found.forecastedValues.columnBatches({ batchRows: 100, signal: controller.signal }))
        controller.abort(new Error('enough'));
    })();
    await expect(aborted).rejects.toThrow('enough');
    expect(open).toBe(0);
    await expect(
      collect(found.forecastedValues.rows({ signal: AbortSignal.abort(new Error('before')) })),
    ).rejects.toThrow('before');
  });

  it('returns tables that survive Arrow IPC, file and stream', async () => {
    const found = await openExport(small(header + row('a') + row('b'), header + row('c') + row('a')));
    const table = await found.forecastedValues.table({ batchRows: 1 });
    for (const kind of ['file', 'stream'] as const) {
      const back = tableFromIPC(tableToIPC(table, kind));
      expect([...(back.getChild('item_id') ?? [])]).toEqual(['a', 'b', 'c', 'a']);
      expect([...(back.getChild('timestamp') ?? [])].map(Number)).toEqual(
        Array.from({ length: 4 }, () => Date.UTC(2020, 0, 1)),
      );
    }
    const empty = await (await openExport(small(header))).forecastedValues.table();
    expect([empty.numRows, empty.schema.names]).toEqual([0, header.trim().split(',')]);
  });
});

describe('other CSV dialects', () => {
  it('reads semicolons, decimal commas and other encodings through csv-parse', async () => {
    const text = `${header.replaceAll(',', ';')}ä;2020-01-01T00:00:00Z;5,5;2020-01-01;2020-01-02;1,5E3;;9\n`;
    const latin = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const storage = createMemoryStorage([[`${forecasts}0.csv`, latin]]);
    const found = await openExport(storage, { dialect: { delimiter: ';', decimal: ',', encoding: 'windows-1252' } });
    const rows = await collect(found.forecastedValues.rows());
    expect(
      rows.map((cells) => [cells['item_id'], cells['target_value'], cells['mean'], cells['p10'], cells['p90']]),
    ).toEqual([['ä', 5.5, 1500, null, 9]]);
    expect((await summarize(found)).summary.counts.missingForecasts).toEqual({ mean: 0, '0.1': 1, '0.9': 0 });
  });

  it('gives the same figures as the kernel for the same data', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 20, textStyle: 'hostile', dimensions: [{ name: 'd', cardinality: 2 }] });
    const fast = await summarize(await openExport(storage));
    const slow = await summarize(await openExport(storage, { dialect: { delimiter: ',' } }));
    expect(slow.windows).toEqual(fast.windows);
  });

  it('refuses with record and line', async () => {
    const dialect = { delimiter: ';' };
    const open = async (text: string): Promise<unknown> =>
      collect((await openExport(small(text), { dialect })).forecastedValues.rows());
    const semicolons = header.replaceAll(',', ';') + row('a').replaceAll(',', ';');
    await fails(open(`${semicolons}x;y\n`), 'CSV_FIELD_COUNT', 'line 3');
    await fails(open(`${semicolons}"x`), 'CSV_QUOTE_UNCLOSED', 'line 3');
    await fails(
      open(semicolons.replace('4.5', '4,5')),
      'NUMBER_INVALID',
      "record 1, line 2, column mean: expected a number, found '4,5'",
    );
    await fails(open(semicolons.replace('4.5', '1e999')), 'NUMBER_OVERFLOW', 'column mean');
    await fails(open(semicolons.replace('2020-01-02T', '2020-13-02T')), 'TIME_INVALID', 'backtestwindow_end_time');
    await fails(open(semicolons + semicolons), 'CSV_HEADER_REPEATED', 'repeatedHeaders');
    await fails(open(''), 'TABLE_NOT_FOUND', 'empty');
    await fails(open('\n\n'), 'CSV_HEADER_MISSING', 'no text');
  });
});

describe('summarize', () => {
  it('stops at the limit of groups, saying how to raise it', async () => {
    const found = await openExport(small(header + row('a') + row('b') + row('c')));
    await fails(summarize(found, { by: ['item'], maxGroups: 2 }), 'TOO_MANY_GROUPS', 'maxGroups');
    await fails(summarize(found, { by: ['colour'] }), 'OPTION_INVALID', 'colour');
    await fails(summarize(found, { threads: 0 }), 'OPTION_INVALID', 'summarize.threads');
  });

  it('reports irregularities of the text', async () => {
    const found = await openExport(
      small(
        `\ufeff${header}\n${row('a')}${row('b').replace('\n', '\r\n')}${row('c').replace('T00:00:00Z', '').trimEnd()}`,
      ),
    );
    const summary = await summarize(found);
    expect(summary.readingNotes.map(({ code, count }) => [code, count])).toEqual([
      ['BLANK_LINES', 1],
      ['LAST_ROW_UNTERMINATED', 1],
      ['BYTE_ORDER_MARK', 1],
      ['LINE_ENDS_MIXED', 1],
    ]);
    expect(summary.export.rows).toBe(3);
  });

  it('counts skipped repeated headers, and columns that spell times in several ways', async () => {
    const dated = row('b').replace('2020-01-01T00:00:00,', '2020-01-01,');
    expect(dated).not.toBe(row('b'));
    const found = await openExport(small(header + row('a') + header + dated), { repeatedHeaders: 'skip' });
    const summary = await summarize(found);
    expect(summary.readingNotes.map(({ code, count }) => [code, count])).toEqual([
      ['HEADER_REPEATED', 1],
      ['TIME_SPELLINGS_MIXED', 1],
    ]);
    expect(summary.windows).toHaveLength(1);
  });

  it('reports no column that spells all its times in one way, whichever that is', async () => {
    for (const [timestamp, bound] of [
      ['2020-01-01 00:00:00+00:00', '2020-01-01'],
      ['2020-01-01T00:00:00.000+0000', '2020-01-01T00:00:00.000'],
      ['2020-01-01 00:00:00+00', '2020-01-01 00:00:00'],
    ] as const) {
      const line = row('a').replaceAll('2020-01-01T00:00:00,', `${bound},`).replace('2020-01-01T00:00:00Z', timestamp);
      expect(line).toContain(`,${timestamp},`);
      for (const dialect of [undefined, { nullTexts: [] }]) {
        const found = await openExport(small(header + line + line), dialect === undefined ? {} : { dialect });
        expect((await summarize(found)).readingNotes).toEqual([]);
        if (dialect !== undefined) continue;
        const parquet = createMemoryStorage();
        // of an offset nothing is lost where it is hours alone, or hours and minutes with a colon
        await convertExport(found, parquet, { format: 'PARQUET', lossy: timestamp.endsWith('+0000') });
        expect((await summarize(await openExport(parquet))).readingNotes).toEqual([]);
      }
    }
  });

  it('reports Parquet parts whose pages have no checksum', async () => {
    const codes = async (storage: Storage): Promise<unknown> =>
      (await summarize(await openExport(storage))).readingNotes.map(({ code, count }) => [code, count]);
    const path = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.parquet';
    // a page for each of six columns, two of them dictionaries
    expect(await codes(createMemoryStorage([[path, parquetPart()]]))).toEqual([['PAGES_UNCHECKED', 5]]);
    const ours = createMemoryStorage();
    await generateExport(ours, { items: 2, format: 'PARQUET' });
    expect(await codes(ours)).toEqual([]);
  });

  it('reports duplicate rows as far as their number reveals them', async () => {
    const codes = async (
      defects: DefectName[],
      dimensions: { name: string; cardinality: number }[] = [],
    ): Promise<unknown> => {
      const storage = createMemoryStorage();
      await generateExport(storage, { items: 6, windows: 2, horizon: 4, frequency: 'D', defects, dimensions });
      const { notes, frequency } = await summarize(await openExport(storage), { by: [] });
      return [frequency?.text, notes.filter(({ code }) => code === 'ROWS_REPEATED').map(({ count }) => count)];
    };
    expect(await codes([])).toEqual(['D', []]);
    const doubled = small(header + row('a'));
    doubled.put(`${forecasts}00.csv`, header + row('a'));
    const { warnings } = await summarize(await openExport(doubled));
    expect(warnings.map(({ code }) => code)).toContain('PART_NUMBER_REPEATED');
    expect(await codes(['merged-exports'])).toEqual(['D', [96]]);
    expect(await codes(['duplicate-row'])).toEqual(['D', [1]]);
    expect(await codes([], [{ name: 'store', cardinality: 3 }])).toEqual(['D', []]);
  });

  it('reports progress up to the end, and stops on request', async () => {
    const folder = temporaryFolder();
    await generateExport(createLocalStorage(folder), { items: 200, parts: 4 });
    const found = await openExport(folder);
    for (const threads of [1, 2]) {
      const seen: number[] = [];
      await summarize(found, { threads, onProgress: ({ bytes }) => seen.push(bytes) });
      expect(seen.at(-1)).toBe(found.forecastedValues.bytes + found.accuracyMetrics.bytes);
      const controller = new AbortController();
      const run = summarize(found, {
        threads,
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('halt')),
      });
      await expect(run).rejects.toThrow('halt');
    }
  });

  it('lets the process end by itself, also when a consumer stops early', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'forecasted-values'));
    writeFileSync(join(folder, `${forecasts}0.csv`), header + row('a').repeat(50_000));
    const script = `import { openExport, summarize } from 'backtest-export';
      const found = await openExport(${JSON.stringify(folder)});
      for await (const batch of found.forecastedValues.batches({ columns: ['mean'] })) { console.log(batch.numRows); break; }
      console.log((await summarize(found, { threads: 2 })).export.rows);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
      cwd: join(import.meta.dirname, '../..'),
    });
    expect([stdout, status]).toEqual(['2048\n50000\n', 0]);
    expect(readFileSync(join(folder, `${forecasts}0.csv`), 'utf8').length).toBe(
      (header + row('a').repeat(50_000)).length,
    );
  });
});
