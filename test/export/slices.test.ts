import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PartNotes, PartSlice } from '#src/batch/decode-options.js';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import { partSources } from '#src/export/tables/planned-table.js';
import { planSlices } from '#src/export/parts/plan-slices.js';
import { readPart, type PartSource } from '#src/export/parts/part-source.js';
import { SliceChain } from '#src/export/parts/slice-chain.js';
import { openExport, summarize, type BacktestExport, type ExportSummary, type SummarizeOptions } from '#src/index.js';
import { inferSchema } from '#src/schema/infer-schema.js';
import { encodeParquet, forecastRows } from '../support/encode-parquet.ts';
import { failureOf } from '../support/failure.ts';
import { sweepsAll } from '../support/sweep.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useWorkers } from '../support/use-workers.ts';

useWorkers();

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p90';
const row = (item: string, hour: number): string =>
  `${item},2020-01-01T${String(hour % 24).padStart(2, '0')}:00:00,${hour * 1.37},2020-01-01T00:00:00,2020-01-02T00:00:00,${hour / 3},${hour}`;

/** Rows whose item ids have line breaks, so that many a guess is wrong. */
const lines = Array.from({ length: 300 }, (_, n) => row(n % 3 === 0 ? `"x\n${row('y', n)}\n"` : `item${n % 7}`, n));

async function open(content: string | Uint8Array, extension: 'csv' | 'parquet'): Promise<BacktestExport> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'forecasted-values'));
  writeFileSync(join(folder, `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part0.${extension}`), content);
  return openExport(folder);
}

async function summaryOf(source: BacktestExport, options: SummarizeOptions): Promise<ExportSummary> {
  return summarize(source, { by: ['step'], ...options });
}

/** Slices of the only part, if several threads summarize it. */
function slicesOf(source: BacktestExport, threads: number): number {
  const [slices] = planSlices([partSources(source.forecastedValues)], threads, 1);
  return slices?.length ?? 1;
}

describe('one part on several threads', () => {
  it('is summarized in slices, to the same bits', async () => {
    const source = await open([header, ...lines].join('\r\n'), 'csv');
    const alone = await summaryOf(source, { threads: 1 });
    expect([slicesOf(source, 1), slicesOf(source, 2), slicesOf(source, 5)]).toEqual([1, 8, 20]);
    for (const threads of [2, 3, 5]) expect(await summaryOf(source, { threads })).toEqual(alone);
    expect(alone.export.rows).toBe(300);
    expect(alone.readingNotes.map(({ code }) => code)).toEqual(['LAST_ROW_UNTERMINATED']);
  });

  it.each([1, 50, 151, 299])('is refused in the same place, and skipped whole: record %d', async (bad) => {
    const broken = lines.with(bad, lines[bad]!.replace(/,[^,]*$/, ',1x'));
    const source = await open(`${[header, ...broken].join('\n')}\n`, 'csv');
    const expected = await failureOf(() => summaryOf(source, { threads: 1 }));
    expect(expected).toEqual(['NUMBER_INVALID', expect.stringContaining(`record ${bad + 1}, line `)]);
    const skipped = await summaryOf(source, { threads: 1, onBadPart: 'skip' });
    for (const threads of [2, 4]) {
      expect(await failureOf(() => summaryOf(source, { threads }))).toEqual(expected);
      expect(await summaryOf(source, { threads, onBadPart: 'skip' })).toEqual(skipped);
    }
    expect(skipped.skippedParts).toHaveLength(1);
  });

  it('counts its bytes once in the progress', async () => {
    const source = await open([header, ...lines].join('\n'), 'csv');
    for (const threads of [1, 4]) {
      const seen: number[] = [];
      await summaryOf(source, { threads, onProgress: ({ bytes }) => seen.push(bytes) });
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(source.forecastedValues.bytes);
    }
  });
});

describe('a Parquet part', () => {
  const names = ['item_id', 'region', 'timestamp', 'target_value', 'backtestwindow_start_time'];
  const schema = inferSchema([...names, 'backtestwindow_end_time', 'mean', 'p90']);

  async function read(
    source: PartSource,
  ): Promise<{ rows: Row[]; firstRecords: number[]; notes: PartNotes | undefined }> {
    const rows: Row[] = [];
    const firstRecords: number[] = [];
    let notes: PartNotes | undefined;
    for await (const batch of readPart(source, { onNotes: (found) => (notes = found) })) {
      firstRecords.push(batch.firstRecord);
      rows.push(...toRows(batch));
    }
    return { rows, firstRecords, notes };
  }

  it('is cut between row groups, wherever a slice begins', async () => {
    const bytes = await encodeParquet(schema, forecastRows(900, 3), { rowGroupRows: 200 });
    const source = await open(bytes, 'parquet');
    const [part] = partSources(source.forecastedValues) as [PartSource];
    const whole = await read(part);
    expect(whole.firstRecords).toEqual([1, 201, 401, 601, 801]);
    const found = new Set<number>();
    for (let cut = 1; cut < bytes.length; cut += sweepsAll ? 211 : 7 * 211) {
      const chain = new SliceChain<{ rows: Row[]; firstRecords: number[] }>([
        { from: 0, to: cut },
        { from: cut, to: bytes.length },
      ]);
      for (const [number, slice] of [...chain.slices.entries()].toReversed()) {
        const { notes, ...result } = await read({ ...part, slice });
        expect(chain.accept(number, result, notes as PartNotes)).toBeUndefined();
      }
      const joined = chain.join();
      expect(joined?.outputs.flatMap(({ rows }) => rows)).toEqual(whole.rows);
      expect(joined?.outputs.flatMap(({ firstRecords }) => firstRecords)).toEqual(whole.firstRecords);
      expect(joined?.notes).toEqual(whole.notes);
      found.add(joined?.outputs[0]?.rows.length ?? -1);
    }
    expect([...found].sort((a, b) => a - b)).toEqual([0, 200, 400, 600, 800, 900]);
    const alone = await summaryOf(source, { threads: 1 });
    for (const threads of [2, 3]) expect(await summaryOf(source, { threads })).toEqual(alone);
  });
});

describe('a chain of slices', () => {
  const slices: PartSlice[] = [0, 10, 20, 30].map((from) => ({ from, to: from + 10 }));
  const notes = (start: number, end: number, work = 0): PartNotes =>
    ({ records: 1, timeSpellings: new Map(), lineEnds: 'LF', slice: { start, end, work } }) as unknown as PartNotes;

  it('joins what fits in any order, and only once', () => {
    const chain = new SliceChain<string>(slices);
    for (const [number, span] of [
      [2, notes(22, 31)],
      [0, notes(1, 12)],
      [3, notes(31, 40)],
    ] as const) {
      expect(chain.accept(number, `${number}`, span)).toBeUndefined();
      expect(chain.join()).toBeUndefined();
    }
    expect(chain.accept(1, '1', notes(12, 22))).toBeUndefined();
    expect(chain.join()).toMatchObject({ outputs: ['0', '1', '2', '3'], notes: { records: 4 } });
    expect(chain.join()).toBeUndefined();
  });

  it('reads a slice again where the one before ended, and leaves out one that it covers', () => {
    const chain = new SliceChain<string>(slices);
    expect(chain.accept(1, 'wrong', notes(13, 21))).toBeUndefined();
    expect(chain.fail(2)).toBeUndefined();
    expect(chain.accept(3, 'wrong', notes(35, 40))).toBeUndefined();
    expect(chain.accept(0, '0', notes(1, 15))).toEqual({ number: 1, slice: { from: 15, to: 20, exact: true } });
    expect(chain.accept(1, '1', notes(15, 33))).toEqual({ number: 3, slice: { from: 33, to: 40, exact: true } });
    expect(chain.accept(3, '3', notes(33, 40))).toBeUndefined();
    expect(chain.join()).toMatchObject({ outputs: ['0', '1', '3'], notes: { records: 3 } });
  });

  it('has the part read whole where a slice fails in its right place, or all cause too much work', () => {
    const failing = new SliceChain<string>(slices);
    expect(failing.fail(1)).toBeUndefined();
    expect(failing.accept(0, '0', notes(1, 12))).toMatchObject({ number: 1 });
    expect(failing.fail(1)).toBe('whole');
    expect(failing.accept(2, '2', notes(22, 31))).toBeUndefined();
    expect(failing.join()).toBeUndefined();
    const working = new SliceChain<string>(slices.slice(0, 2));
    expect(working.accept(0, '0', notes(0, 10, 0.5))).toBeUndefined();
    expect(working.accept(1, '1', notes(10, 20, 0.51))).toBe('whole');
    expect(new SliceChain<string>(slices).fail(0)).toBe('whole');
  });
});
