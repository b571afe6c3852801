import * as arrow from 'apache-arrow';
import { describe, expect, it, vi } from 'vitest';
import { ArrowBuilder } from '#src/batch/forms/arrow.js';
import type { Column, ColumnBatch } from '#src/batch/columns/column-batch.js';
import { gatherRows } from '#src/batch/forms/gather-rows.js';
import { transferOf, type OwnedRows } from '#src/batch/forms/owned-rows.js';
import { slowArrowRows, type ArrowCell } from '../reference/slow-arrow.ts';
import { collect } from '../support/collect.ts';
import { forecastSchema, schemaBatch, seededRandom, type Cell } from '../support/column-batch.ts';

const { columns } = forecastSchema(['mean'], ['region']);
const times = [0, -1, 1, 999, 2 ** 32, -(2 ** 32), 2 ** 51 + 1, -(2 ** 53) + 1, 8.64e15, -8.64e15, 1_635_120_000_000];
const numbers = [0, -0, 1.5, 5e-324, Number.MAX_VALUE, NaN, Infinity, -Infinity];
// no byte-order mark in front: apache-arrow drops it when it reads a text
const texts = ['', 'a', 'größe', '🚲', '__proto__', '\u0000', 'NaN'];

/** Batches of 0 to 3 nulls in 8 cells, at odd places of larger arrays, as views of a kernel's memory are. */
function randomBatches(random: () => number): ColumnBatch[] {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const nulls = random() < 0.5 ? 0 : random() * 0.4;
  const cell = (kind: string): Cell => {
    if (kind === 'text') return random() < 0.7 ? pick(texts) : `item ${Math.floor(random() * 50)}`;
    if (random() < nulls) return null;
    return kind === 'time' ? pick(times) : random() < 0.3 ? pick(numbers) : random() * 1e6;
  };
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
    const rows = Array.from({ length: 1 + Math.floor(random() * (random() < 0.3 ? 200 : 12)) }, () => {
      return Object.fromEntries(columns.map(({ name, kind }) => [name, cell(kind)]));
    });
    return shifted(schemaBatch({ ...forecastSchema([]), columns }, rows), Math.floor(random() * 4));
  });
}

function shifted(batch: ColumnBatch, by: number): ColumnBatch {
  const move = (column: Column): Column => {
    if (column.kind === 'text') return column;
    const states = new Uint8Array(column.states.length + by).fill(1);
    states.set(column.states, by);
    return { ...column, states: states.subarray(by) };
  };
  return { ...batch, columns: new Map([...batch.columns].map(([name, column]) => [name, move(column)])) };
}

/** A source that spoils each batch once the next is asked for: what is kept must have been copied. */
async function* lend(batches: readonly ColumnBatch[], error?: Error): AsyncGenerator<ColumnBatch> {
  for (const batch of batches) {
    const lent = structuredClone(batch);
    yield lent;
    for (const column of lent.columns.values()) {
      if (column.kind === 'text') column.codes.fill(-7);
      else column.values.fill(-7);
      if (column.kind === 'text') column.dictionary.bytes.fill(0x21);
    }
  }
  if (error !== undefined) throw error;
}

function cellsOf(table: arrow.Table | arrow.RecordBatch): ArrowCell[][] {
  return Array.from({ length: table.numRows }, (_, row) =>
    columns.map(({ name }) => table.getChild(name)?.get(row) as ArrowCell),
  );
}

const builder = new ArrowBuilder(arrow, columns);

describe('gatherRows', () => {
  it('gives every cell that the slow reference gives, at any size, as batches and as a table', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = seededRandom(seed);
      const batches = randomBatches(random);
      const expected = batches.flatMap((batch) => slowArrowRows(batch, columns));
      const mostRows = 1 + Math.floor(random() * (random() < 0.5 ? 9 : 300));
      const expectedRows = Math.floor(random() * 400);
      const owned = await collect(gatherRows(lend(batches), { columns, mostRows, expectedRows }));
      const sizes = owned.map(({ rows }) => rows);
      const full = Math.floor(expected.length / mostRows);
      const rest = expected.length % mostRows;
      expect(sizes, `seed ${seed}`).toEqual([...Array<number>(full).fill(mostRows), ...(rest > 0 ? [rest] : [])]);
      expect(
        owned.flatMap((rows) => cellsOf(builder.toRecordBatch(rows))),
        `seed ${seed}`,
      ).toEqual(expected);
      const moved = owned.map((rows): OwnedRows => structuredClone(rows, { transfer: transferOf(rows) }));
      expect(owned[0]!.columns[0]).toHaveProperty('codes.length', 0);
      const table = builder.toTable(moved);
      expect(cellsOf(table), `seed ${seed}`).toEqual(expected);
      for (const name of ['item_id', 'region']) {
        const dictionaries = new Set(table.batches.map((batch) => batch.getChild(name)?.data[0]?.dictionary));
        expect(dictionaries.size).toBe(1);
        const words = [...dictionaries].flatMap((dictionary) => [...(dictionary ?? [])]);
        expect(new Set(words)).toEqual(new Set(expected.map((row) => row[name === 'item_id' ? 0 : 1])));
      }
      const nulls = columns.map((_, index) => expected.filter((row) => row[index] === null).length);
      expect(columns.map(({ name }) => table.getChild(name)?.nullCount)).toEqual(nulls);
    }
  });

  it('writes every element of memory that is not cleared, and clears what is spare', async () => {
    const dirty = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => Buffer.alloc(size, 0xa5));
    try {
      for (let seed = 1; seed <= 30; seed++) {
        const random = seededRandom(seed);
        const batches = randomBatches(random);
        const expected = batches.flatMap((batch) => slowArrowRows(batch, columns));
        const expectedRows = Math.floor(random() * 400);
        const owned = await collect(gatherRows(lend(batches), { columns, mostRows: 1000, expectedRows }));
        const cells = owned.flatMap((rows) => cellsOf(builder.toRecordBatch(rows)));
        expect(cells, `seed ${seed}`).toEqual(expected);
        for (const column of owned.flatMap((rows) => rows.columns)) {
          const { buffer, byteLength } = column.kind === 'text' ? column.codes : column.values;
          expect(new Uint8Array(buffer, byteLength).every((byte) => byte === 0)).toBe(true);
        }
      }
      expect(dirty).toHaveBeenCalled();
    } finally {
      dirty.mockRestore();
    }
  });

  it('makes a bitmap only where a cell is null, with zeros after the last row', async () => {
    const batch = (value: number | null, rows: number): ColumnBatch =>
      schemaBatch(
        { ...forecastSchema([]), columns },
        Array.from({ length: rows }, () => ({ item_id: 'a', region: '', timestamp: 5, mean: value })),
      );
    const [owned] = await collect(
      gatherRows(lend([batch(1, 9), batch(null, 2), batch(3, 1)]), { columns, mostRows: 100, expectedRows: 100 }),
    );
    const validity = owned!.columns.map((column) => ('validity' in column ? column.validity : 'text'));
    expect(validity).toEqual([
      'text',
      'text',
      undefined,
      Uint8Array.of(0, 0),
      Uint8Array.of(0, 0),
      Uint8Array.of(0, 0),
      Uint8Array.of(0b1111_1111, 0b0000_1001),
    ]);
  });

  it('gives the rows before an error first, and none after the signal', async () => {
    const batches = randomBatches(seededRandom(3));
    const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
    const read = async (signal?: AbortSignal): Promise<[number, string]> => {
      let found = 0;
      const options = { columns, mostRows: 1_000_000, expectedRows: 1 };
      try {
        for await (const owned of gatherRows(lend(batches, new Error('bad cell')), options, signal))
          found += owned.rows;
      } catch (error) {
        return [found, (error as Error).message];
      }
      return [found, 'no error'];
    };
    expect(await read()).toEqual([rows, 'bad cell']);
    expect(await read(AbortSignal.abort())).toEqual([0, 'bad cell']);
  });

  it('gives rows early where their texts are long', async () => {
    const long = 'x'.repeat(9 * 1024 * 1024);
    const batches = ['a', 'b', 'c'].map((name) =>
      schemaBatch({ ...forecastSchema([]), columns }, [{ item_id: name + long, region: '' }]),
    );
    const owned = await collect(gatherRows(lend(batches), { columns, mostRows: 100, expectedRows: 3 }));
    expect(owned.map(({ rows }) => rows)).toEqual([2, 1]);
  });
});
