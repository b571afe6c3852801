import type { Data, DataType, Dictionary, Int32, RecordBatch, Schema, Struct, Table, Utf8, Vector } from 'apache-arrow';
import { loadPackage } from '../../load-package.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { dictionaryOf, joinDictionary, renumber } from './gather-texts.ts';
import type { OwnedColumn, OwnedDictionary, OwnedRows, OwnedTexts } from './owned-rows.ts';
import { TextTable } from '../tables/text-table.ts';

/** `apache-arrow`, loaded when the first Arrow value is asked for: it takes about 200 ms. */
export type ArrowModule = typeof import('apache-arrow');

/** Loads {@link ArrowModule}. */
export function loadArrow(): Promise<ArrowModule> {
  return loadPackage('apache-arrow', 'Arrow', () => import('apache-arrow'));
}

/**
 * Makes Arrow record batches of owned rows, without copying or looking at their cells. Text columns are `Dictionary<Utf8,
 * Int32>`, times `Timestamp<MILLISECOND, UTC>`, numbers `Float64`; empty cells and `not defined` are null (`rows()` tells
 * them apart).
 */
export class ArrowBuilder {
  readonly #arrow: ArrowModule;
  readonly #schema: Schema;
  readonly #struct: Struct;

  constructor(arrow: ArrowModule, columns: readonly ColumnSchema[]) {
    this.#arrow = arrow;
    const fields = columns.map((column, index) => {
      return new arrow.Field(column.name, arrowType(arrow, column, index), column.kind !== 'text');
    });
    this.#schema = new arrow.Schema(fields);
    this.#struct = new arrow.Struct(fields);
  }

  /** Rows as a record batch, whose text columns have a dictionary of its own. */
  toRecordBatch({ rows, columns }: OwnedRows): RecordBatch {
    return this.#assemble(rows, columns, (column) => this.#vectorOf(column.dictionary));
  }

  /**
   * All rows as one table, whose batches share one dictionary for each text column, as the Arrow IPC file format wants it.
   * The codes of the rows are renumbered where they are. Cost: a look-up for each entry of each dictionary.
   */
  toTable(batches: readonly OwnedRows[]): Table {
    const shared = this.#schema.fields.map((_, index) => this.#share(batches.map(({ columns }) => columns[index])));
    const made = batches.map(({ rows, columns }) =>
      this.#assemble(rows, columns, (column, index) => shared[index] ?? this.#vectorOf(column.dictionary)),
    );
    return made.length > 0 ? new this.#arrow.Table(made) : new this.#arrow.Table(this.#schema);
  }

  #share(columns: readonly (OwnedColumn | undefined)[]): Vector<Utf8> | undefined {
    const texts = columns.filter((column) => column?.kind === 'text');
    const [first, second] = texts;
    if (second === undefined) return first && this.#vectorOf(first.dictionary);
    const table = new TextTable();
    for (const { codes, dictionary } of texts) renumber(codes, codes.length, joinDictionary(table, dictionary));
    return this.#vectorOf(dictionaryOf(table));
  }

  #assemble(length: number, columns: readonly OwnedColumn[], dictionary: DictionaryOf): RecordBatch {
    const children = columns.map((column, index) => {
      const type = this.#schema.fields[index]?.type as DataType;
      return column.kind === 'text'
        ? this.#textData(type, column, dictionary(column, index))
        : this.#plainData(type, column);
    });
    const data = this.#arrow.makeData({ type: this.#struct, length, nullCount: 0, children });
    return new this.#arrow.RecordBatch(this.#schema, data);
  }

  #textData(type: DataType, { codes }: OwnedTexts, dictionary: Vector<Utf8>): Data {
    const codesType = type as Dictionary<Utf8, Int32>;
    return this.#arrow.makeData({ type: codesType, length: codes.length, nullCount: 0, data: codes, dictionary });
  }

  #plainData(type: DataType, { values, nulls, validity }: Exclude<OwnedColumn, OwnedTexts>): Data {
    const bitmap = validity === undefined ? {} : { nullBitmap: validity };
    return this.#arrow.makeData({ type, length: values.length, nullCount: nulls, ...bitmap, data: values } as never);
  }

  #vectorOf({ size, offsets, bytes }: OwnedDictionary): Vector<Utf8> {
    const type = new this.#arrow.Utf8();
    return this.#arrow.makeVector(
      this.#arrow.makeData({ type, length: size, nullCount: 0, valueOffsets: offsets, data: bytes }),
    );
  }
}

type DictionaryOf = (column: OwnedTexts, index: number) => Vector<Utf8>;

function arrowType(arrow: ArrowModule, column: ColumnSchema, id: number): DataType {
  if (column.kind === 'text') return new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), id);
  return column.kind === 'time' ? new arrow.TimestampMillisecond('UTC') : new arrow.Float64();
}
