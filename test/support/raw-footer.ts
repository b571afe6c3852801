import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** A Thrift struct by the numbers of its fields, as hyparquet reads it. */
type Raw = Readonly<Record<`field_${number}`, unknown>>;

/** `Statistics`. */
export interface RawStatistics {
  readonly nulls: number;
  readonly distinct: number | undefined;
  readonly max: Buffer | undefined;
  readonly min: Buffer | undefined;
  readonly isExactMax: boolean | undefined;
  readonly isExactMin: boolean | undefined;
  readonly nans: number | undefined;
}

/** A column chunk: its statistics and page indexes, every byte as it is in the file. */
export interface RawChunk {
  readonly rows: number;
  readonly statistics: RawStatistics;
  readonly sortedBy: readonly number[];
  readonly encodings: readonly (readonly number[])[];
  /** Undefined where there is none. */
  readonly columnIndex: RawColumnIndex | undefined;
  readonly pages: readonly { readonly offset: number; readonly bytes: number; readonly firstRow: number }[];
  readonly bloomFilter: { readonly offset: number; readonly bytes: number } | undefined;
}

/** `ColumnIndex`. */
export interface RawColumnIndex {
  readonly nullPages: readonly boolean[];
  readonly min: readonly Buffer[];
  readonly max: readonly Buffer[];
  readonly order: number;
  readonly nulls: readonly number[];
  readonly nans: readonly number[] | undefined;
}

/** By row group the column chunks of a file. */
export function rawChunks(file: Uint8Array): RawChunk[][] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const footer = structAt(file, file.length - 8 - view.getUint32(file.length - 8, true));
  return structs(footer.field_4).map((group) =>
    structs(group.field_1).map((chunk) => ({
      rows: Number(group.field_3),
      sortedBy: group.field_4 === undefined ? [] : structs(group.field_4).map(({ field_1 }) => Number(field_1)),
      ...readChunk(file, chunk),
    })),
  );
}

function readChunk(file: Uint8Array, chunk: Raw): Omit<RawChunk, 'rows' | 'sortedBy'> {
  const data = chunk.field_3 as Raw;
  const statistics = data.field_12 as Raw;
  const { field_6: columnIndex } = chunk;
  return {
    statistics: {
      nulls: Number(statistics.field_3),
      distinct: numberOf(statistics.field_4),
      max: bytesOf(statistics.field_5),
      min: bytesOf(statistics.field_6),
      isExactMax: statistics.field_7 as boolean | undefined,
      isExactMin: statistics.field_8 as boolean | undefined,
      nans: numberOf(statistics.field_9),
    },
    encodings: structs(data.field_13).map(({ field_1, field_2, field_3 }) => [field_1, field_2, field_3].map(Number)),
    columnIndex: columnIndex === undefined ? undefined : readColumnIndex(structAt(file, Number(columnIndex))),
    pages: structs(structAt(file, Number(chunk.field_4)).field_1).map(({ field_1, field_2, field_3 }) => ({
      offset: Number(field_1),
      bytes: Number(field_2),
      firstRow: Number(field_3),
    })),
    bloomFilter:
      data.field_14 === undefined ? undefined : { offset: Number(data.field_14), bytes: Number(data.field_15) },
  };
}

function readColumnIndex(index: Raw): RawColumnIndex {
  return {
    nullPages: index.field_1 as boolean[],
    min: (index.field_2 as Uint8Array[]).map((bytes) => Buffer.from(bytes)),
    max: (index.field_3 as Uint8Array[]).map((bytes) => Buffer.from(bytes)),
    order: Number(index.field_4),
    nulls: (index.field_5 as bigint[]).map(Number),
    nans: index.field_8 === undefined ? undefined : (index.field_8 as bigint[]).map(Number),
  };
}

function structAt(file: Uint8Array, at: number): Raw {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return deserializeTCompactProtocol({ view, offset: at });
}

function structs(list: unknown): Raw[] {
  return list as Raw[];
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function bytesOf(value: unknown): Buffer | undefined {
  return value === undefined ? undefined : Buffer.from(value as Uint8Array);
}
