import type {
  Data,
  DataType,
  Dictionary,
  Int32,
  RecordBatch,
  Schema,
  Table,
  TimestampMillisecond,
  Utf8,
  Vector,
} from 'apache-arrow';
import type { ColumnSchema } from '../schema/schema.ts';
import { stateValue, type Column, type ColumnBatch, type NumberColumn, type TimeColumn } from './column-batch.ts';
import { dictionaryTexts } from './rows.ts';

/** `apache-arrow`, loaded when the first Arrow value is asked for: it takes about 200 ms. */
export type ArrowModule = typeof import('apache-arrow');

/** Loads {@link ArrowModule}. */
export function loadArrow(): Promise<ArrowModule> {
  return import('apache-arrow');
}

/**
 * Makes owned Arrow record batches of borrowed batches. Text columns are `Dictionary<Utf8, Int32>`, times
 * `Timestamp<MILLISECOND, UTC>`, numbers `Float64`; empty cells and `not defined` are null (`rows()` tells them apart).
 *
 * With `sharedDictionaries` all batches of one builder share a dictionary per text column, as the Arrow IPC file
 * format wants it; the batches are then made at the end, by {@link ArrowBuilder.finish}.
 */
export class ArrowBuilder {
  readonly #arrow: ArrowModule;
  readonly #types: ReadonlyMap<string, DataType>;
  readonly #columns: readonly ColumnSchema[];
  readonly #shared = new Map<string, Map<string, number>>();
  readonly #held: { rows: number; columns: Map<string, Data | Int32Array> }[] = [];

  constructor(arrow: ArrowModule, columns: readonly ColumnSchema[]) {
    this.#arrow = arrow;
    this.#columns = columns;
    this.#types = new Map(columns.map((column, index) => [column.name, arrowType(arrow, column, index)]));
  }

  /** One batch as a record batch of its own, with its own dictionaries. */
  toRecordBatch(batch: ColumnBatch): RecordBatch {
    const children = this.#columns.map(({ name }) => {
      const column = batch.columns.get(name);
      if (column?.kind !== 'text') return this.#plainData(name, column, batch.rows);
      return this.#textData(name, column.codes.slice(), this.#dictionary(dictionaryTexts(column.dictionary)));
    });
    return this.#assemble(batch.rows, children);
  }

  /** Keeps a batch for {@link finish}. */
  add(batch: ColumnBatch): void {
    const columns = new Map<string, Data | Int32Array>();
    for (const { name } of this.#columns) {
      const column = batch.columns.get(name);
      columns.set(
        name,
        column?.kind === 'text' ? this.#share(name, column) : this.#plainData(name, column, batch.rows),
      );
    }
    this.#held.push({ rows: batch.rows, columns });
  }

  /** All that was added, as one table. */
  finish(): Table {
    const dictionaries = new Map(
      [...this.#shared].map(([name, codes]) => [name, this.#dictionary([...codes.keys()])] as const),
    );
    const batches = this.#held.map(({ rows, columns }) => {
      const children = [...columns].map(([name, data]) =>
        data instanceof Int32Array ? this.#textData(name, data, dictionaries.get(name) ?? this.#dictionary([])) : data,
      );
      return this.#assemble(rows, children);
    });
    return batches.length > 0 ? new this.#arrow.Table(batches) : new this.#arrow.Table(this.#schema());
  }

  #schema(): Schema {
    const fields = this.#columns.map((column) => {
      const type = this.#types.get(column.name) ?? new this.#arrow.Null();
      return new this.#arrow.Field(column.name, type, column.kind !== 'text');
    });
    return new this.#arrow.Schema(fields);
  }

  #assemble(rows: number, children: Data[]): RecordBatch {
    const schema = this.#schema();
    const type = new this.#arrow.Struct(schema.fields);
    return new this.#arrow.RecordBatch(schema, this.#arrow.makeData({ type, length: rows, nullCount: 0, children }));
  }

  #share(name: string, column: Extract<Column, { kind: 'text' }>): Int32Array {
    const codes = this.#shared.get(name) ?? new Map<string, number>();
    this.#shared.set(name, codes);
    const renumbered = dictionaryTexts(column.dictionary).map((text) => {
      const code = codes.get(text) ?? codes.size;
      codes.set(text, code);
      return code;
    });
    return column.codes.map((code) => renumbered[code] ?? 0);
  }

  #dictionary(texts: readonly string[]): Vector<Utf8> {
    const encoded = texts.map((text) => encoder.encode(text));
    const valueOffsets = new Int32Array(texts.length + 1);
    for (const [index, bytes] of encoded.entries()) valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + bytes.length;
    const data = new Uint8Array(valueOffsets[texts.length] ?? 0);
    for (const [index, bytes] of encoded.entries()) data.set(bytes, valueOffsets[index]);
    const type = new this.#arrow.Utf8();
    return this.#arrow.makeVector(
      this.#arrow.makeData({ type, length: texts.length, nullCount: 0, valueOffsets, data }),
    );
  }

  #textData(name: string, codes: Int32Array, dictionary: Vector<Utf8>): Data {
    const type = this.#types.get(name) as Dictionary<Utf8, Int32>;
    return this.#arrow.makeData({ type, length: codes.length, nullCount: 0, data: codes, dictionary });
  }

  #plainData(name: string, column: Column | undefined, rows: number): Data {
    if (column === undefined || column.kind === 'text') {
      return this.#arrow.makeData({ type: new this.#arrow.Null(), length: rows });
    }
    const { nullBitmap, nullCount } = validity(column, rows);
    if (column.kind === 'number') {
      const type = new this.#arrow.Float64();
      return this.#arrow.makeData({ type, length: rows, nullCount, nullBitmap, data: column.values.slice() });
    }
    const type = this.#types.get(name) as TimestampMillisecond;
    const data = BigInt64Array.from(column.values, (value) => BigInt(Number.isNaN(value) ? 0 : value));
    return this.#arrow.makeData({ type, length: rows, nullCount, nullBitmap, data });
  }
}

const encoder = new TextEncoder();

function arrowType(arrow: ArrowModule, column: ColumnSchema, id: number): DataType {
  if (column.kind === 'text') return new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), id);
  return column.kind === 'time' ? new arrow.TimestampMillisecond('UTC') : new arrow.Float64();
}

function validity(column: NumberColumn | TimeColumn, rows: number): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(rows / 8));
  let nullCount = 0;
  for (let row = 0; row < rows; row++) {
    if (column.states[row] === stateValue) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
    else nullCount++;
  }
  return { nullBitmap, nullCount };
}
