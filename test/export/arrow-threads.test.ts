import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ArrowBuilder } from '#src/batch/forms/arrow.js';
import { gatherTable } from '#src/export/tables/gather-table.js';
import { partSources } from '#src/export/tables/planned-table.js';
import { ownedPartsTask } from '#src/export/tables/owned-parts-task.js';
import { readOwnedTable } from '#src/export/tables/read-owned-table.js';
import { convertExport, openExport, type BacktestExportError, type ExportTable, type ReadOptions } from '#src/index.js';
import type { PooledWorker } from '#src/parallel/pooled-worker.js';
import { poolOf } from '#src/parallel/worker-pool.js';
import { slowArrowRows, type ArrowCell } from '../reference/slow-arrow.ts';
import { forecastSchema, seededRandom } from '../support/column-batch.ts';
import { encodeParquet, forecastRows } from '../support/encode-parquet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useWorkers } from '../support/use-workers.ts';

const header = 'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10\n';
const stores = ['', 'north', 'größe', '"a,""b"""', '__proto__', '🚲'];

/** One part of CSV with a null in one of `sparse` cells, none if it is 0. */
function partText(rows: number, random: () => number, sparse: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const number = (): string => (random() * sparse > 1 ? '' : String(random() * 1000));
    const time = `2021-11-0${1 + (row % 9)}T00:00:00Z`;
    const store = stores[Math.floor(random() * stores.length)]!;
    const item = `item_${Math.floor(row / 24)}${random() < 0.01 ? random() : ''}`;
    return `${item},${store},${time},${number()},2021-11-01T00:00:00,2021-11-09T00:00:00,${number()},${number()}\n`;
  });
  return header + lines.join('');
}

/** A folder of such parts; `damage` makes one of their records a bad one. */
function folderOf(rows: readonly number[], seed: number, damage?: { part: number; row: number }): string {
  const folder = temporaryFolder();
  const random = seededRandom(seed);
  for (const [part, count] of rows.entries()) {
    let text = partText(count, random, part % 2 === 0 ? 0 : 3);
    if (part === damage?.part) {
      text = text.split('\n').with(damage.row, 'item,north,never,1,2021-11-01,2021-11-02,1,2').join('\n');
    }
    writeFileSync(join(folder, `Forecasts_job_2021-12-14T02-00-00Z_part${part}.csv`), text);
  }
  return folder;
}

function cellsOf(data: arrow.Table | arrow.RecordBatch): ArrowCell[][] {
  const columns = data.schema.names.map((name) => data.getChild(name));
  return Array.from({ length: data.numRows }, (_, row) => columns.map((column) => column?.get(row) as ArrowCell));
}

async function slowRows(table: ExportTable): Promise<ArrowCell[][]> {
  const rows: ArrowCell[][] = [];
  for await (const batch of table.columnBatches()) rows.push(...slowArrowRows(batch, table.schema.columns));
  return rows;
}

/** What `batches` gives before it ends, and how it ends. */
async function readAll(table: ExportTable, options: ReadOptions): Promise<{ rows: ArrowCell[][]; error: unknown }> {
  const rows: ArrowCell[][] = [];
  try {
    for await (const batch of table.batches(options)) rows.push(...cellsOf(batch));
  } catch (error) {
    return { rows, error };
  }
  return { rows, error: undefined };
}

const libraryPool = poolOf(new URL(import.meta.resolve('#src/worker/main.js')));

describe('a small export', () => {
  it('becomes a table without any worker', async () => {
    const { forecastedValues } = await openExport(folderOf([20, 20, 20], 1));
    expect((await forecastedValues.table()).numRows).toBe(60);
    for await (const batch of forecastedValues.batches()) expect(batch.numRows).toBe(20);
    expect(libraryPool.size).toBe(0);
  });
});

describe('Arrow on several threads', () => {
  it.each([1, 2, 3])('is the same, cell by cell, on %d threads, as CSV and as Parquet', async (threads) => {
    useWorkers();
    const folder = folderOf([30, 3000, 0, 1, 5000, 700], 7);
    const parquet = temporaryFolder();
    await convertExport(folder, parquet, { format: 'PARQUET', threads: 1 });
    const expected = await slowRows((await openExport(folder)).forecastedValues);
    expect(expected).toHaveLength(8731);
    for (const { forecastedValues } of [await openExport(folder), await openExport(parquet)]) {
      for (const batchRows of [undefined, 1000]) {
        const options = { threads, ...(batchRows === undefined ? {} : { batchRows }) };
        expect((await readAll(forecastedValues, options)).rows).toEqual(expected);
        const table = await forecastedValues.table(options);
        expect(cellsOf(table)).toEqual(expected);
        expect(new Set(table.batches.map((batch) => batch.getChild('store')?.data[0]?.dictionary)).size).toBe(1);
        expect(Math.max(...table.batches.map(({ numRows }) => numRows))).toBe(batchRows ?? 5000);
      }
      const one = await forecastedValues.table({ threads, columns: ['p10', 'item_id'] });
      expect(cellsOf(one)).toEqual(expected.map((row) => [row[7], row[0]]));
    }
    expect(libraryPool.size > 0).toBe(threads > 1);
  });

  it.each([
    [0, 2048],
    [1, 3000 + 2048],
    [3, 7600 + 2048],
  ])('gives the rows before an error in part %d, and the error of one thread', async (part, before) => {
    useWorkers();
    const folder = folderOf([3000, 4500, 100, 5000, 2500], 11, { part, row: 2100 });
    const { forecastedValues } = await openExport(folder);
    const alone = await readAll(forecastedValues, { threads: 1 });
    expect(alone.error).toMatchObject({ code: 'TIME_INVALID', position: { record: 2100, column: 'timestamp' } });
    expect(alone.rows).toHaveLength(before);
    for (const threads of [2, 3]) expect(await readAll(forecastedValues, { threads })).toEqual(alone);
  });

  it('cuts parts into slices of any size, also through texts with line ends, without a trace', async () => {
    useWorkers();
    const folder = temporaryFolder();
    const random = seededRandom(17);
    const [start, end] = ['2021-11-01T00:00:00', '2021-11-09T00:00:00'];
    // who begins to read after the line end within the quotes reads other rows, without any error
    const trap = `,${start},1,${start},${end},1,2\nitem,`;
    const trapped = Array.from(
      { length: 300 },
      (_, row) => `item_${row},"${trap}",${start},${row},${start},${end},3,4\n`,
    );
    const text = partText(1500, random, 2).replaceAll('north', '"\n\n"');
    writeFileSync(join(folder, 'Forecasts_job_2021-12-14T02-00-00Z_part0.csv'), text + trapped.join(''));
    writeFileSync(join(folder, 'Forecasts_job_2021-12-14T02-00-00Z_part1.csv'), partText(400, random, 0));
    // apache-arrow drops a byte-order mark when it reads a text
    const withoutMark = forecastRows(900, 5).map((row) => {
      return {
        ...row,
        region: String(row['region']).replace('\ufeff', ''),
        item_id: String(row['item_id']).replace('\ufeff', ''),
      };
    });
    const groups = await encodeParquet(forecastSchema(['mean'], ['region']), withoutMark, {
      rowGroupRows: 100,
    });
    const parquet = join(temporaryFolder(), 'forecasts.parquet');
    writeFileSync(parquet, groups);
    for (const { forecastedValues } of [await openExport(folder), await openExport(parquet)]) {
      const { columns } = forecastedValues.schema;
      const expected = await slowRows(forecastedValues);
      for (const [sliceBytes, threads] of [
        [1500, 2],
        [7000, 3],
        [40_000, 2],
      ] as const) {
        const builder = new ArrowBuilder(arrow, columns);
        const cells: ArrowCell[][] = [];
        const reading = { columns, batchRows: 333, threads, sliceBytes };
        for await (const rows of readOwnedTable(partSources(forecastedValues), reading)) {
          cells.push(...cellsOf(builder.toRecordBatch(rows)));
        }
        expect(cells).toEqual(expected);
        const all = await gatherTable(partSources(forecastedValues), reading);
        expect(cellsOf(new ArrowBuilder(arrow, columns).toTable(all))).toEqual(expected);
      }
    }
  });

  it('finds the error of a slice where the whole part has it', async () => {
    useWorkers();
    const folder = folderOf([200, 3000, 50], 19, { part: 1, row: 2500 });
    const { forecastedValues } = await openExport(folder);
    const alone = await readAll(forecastedValues, { threads: 1 });
    expect(alone.error).toMatchObject({ code: 'TIME_INVALID', position: { record: 2500, line: 2501 } });
    for (const sliceBytes of [3000, 50_000]) {
      const { columns } = forecastedValues.schema;
      let rows = 0;
      const reading = { columns, batchRows: 400, threads: 2, sliceBytes };
      const all = (async () => {
        for await (const owned of readOwnedTable(partSources(forecastedValues), reading)) rows += owned.rows;
      })();
      const { code, message, position } = alone.error as BacktestExportError;
      await expect(all).rejects.toMatchObject({ code, message, position });
      expect(rows).toBeGreaterThanOrEqual(alone.rows.length);
      expect(rows).toBeLessThan(200 + 2500);
      const whole = gatherTable(partSources(forecastedValues), reading);
      await expect(whole).rejects.toMatchObject({ code, message, position });
    }
  });

  it.each([1, 2, 3])('refuses a table with the first error of its parts, on %d threads', async (threads) => {
    useWorkers();
    const folder = folderOf([3000, 40, 5000, 2500, 3000], 23, { part: 1, row: 30 });
    const broken = 'item,north,2021-11-01,abc,2021-11-01,2021-11-02,1,2\n';
    writeFileSync(join(folder, 'Forecasts_job_2021-12-14T02-00-00Z_part3.csv'), header + broken);
    const { forecastedValues } = await openExport(folder);
    await expect(forecastedValues.table({ threads })).rejects.toMatchObject({
      code: 'TIME_INVALID',
      position: { record: 30, column: 'timestamp' },
    });
  });

  it('takes no more parts once a table must be refused', async () => {
    useWorkers();
    const folder = folderOf(Array<number>(12).fill(20), 29, { part: 0, row: 3 });
    const { forecastedValues } = await openExport(folder);
    const sources = partSources(forecastedValues);
    const taken = new Int32Array(1);
    const input = { sources, columns: forecastedValues.schema.columns, batchRows: 10, taken };
    const context = { signal: new AbortController().signal, onBytes: () => undefined };
    const { output } = await ownedPartsTask.run(input, context);
    expect(output.map(({ at, part }) => [at, part.failed])).toEqual([[0, true]]);
    taken[0] = 1;
    const others = await ownedPartsTask.run(input, context);
    expect(others.output.map(({ at, part }) => [at, part.failed, part.rows.length])).toEqual(
      Array.from({ length: 11 }, (_, index) => [index + 1, false, 2]),
    );
  });

  it('ends a table with the signal', async () => {
    useWorkers();
    const { forecastedValues } = await openExport(folderOf([3000, 3000, 3000, 3000], 31));
    for (const threads of [1, 2]) {
      const controller = new AbortController();
      const table = forecastedValues.table({ threads, signal: controller.signal });
      setImmediate(() => controller.abort(new Error('enough')));
      await expect(table).rejects.toThrow('enough');
    }
    expect((await forecastedValues.table({ threads: 2 })).numRows).toBe(12_000);
  });

  it('ends with the consumer and with the signal', async () => {
    useWorkers();
    const { forecastedValues } = await openExport(folderOf([10, 3000, 3000, 3000, 3000], 13));
    for await (const batch of forecastedValues.batches({ threads: 2, batchRows: 5 })) {
      expect(batch.numRows).toBe(5);
      break;
    }
    const controller = new AbortController();
    let batches = 0;
    const reading = (async () => {
      for await (const _ of forecastedValues.batches({ threads: 2, batchRows: 5, signal: controller.signal })) {
        if (++batches === 4) controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(batches).toBeLessThan(1000);
  });

  it('ends when its iterator is dropped and collected', async () => {
    useWorkers();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { forecastedValues } = await openExport(folderOf([10, 3000, 3000, 3000, 3000, 3000], 37));
    await forecastedValues.table({ threads: 2 }); // a worker lives
    const begin = async (): Promise<void> => {
      const batches = forecastedValues.batches({ threads: 2 });
      for (let taken = 0; taken < 2; taken++) expect((await batches.next()).done).toBe(false);
    };
    await begin();
    const lent: PooledWorker[] = [];
    libraryPool.lend({
      task: 'readOwnedPart',
      most: 0,
      give: (worker) => void (worker && lent.push(worker)),
      fail: () => undefined,
    });
    for (let turn = 0; turn < 200 && lent.length === 0; turn++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(lent.map(({ isIdle }) => isIdle)).toEqual([true]);
    for (const worker of lent) libraryPool.giveBack(worker);
  });
});
