import {
  codecs,
  convertedTypes,
  logicalTypes,
  parquetTypes,
  repetitions,
  type Codec,
  type ConvertedType,
  type ParquetType,
  type Repetition,
} from './parquet-types.ts';
import { readStruct, type ThriftStruct } from './read-thrift.ts';
import type { ThriftCursor } from './thrift-shape.ts';

/**
 * What this library uses of a footer, by the names of parquet.thrift. Offsets, sizes and counts are as in the file; the plan
 * judges them. Members that are missing or of another type are undefined.
 */
export interface FooterMetadata {
  /** The tree of columns in depth-first order, its root first. */
  readonly schema: readonly SchemaElement[];
  readonly num_rows: bigint;
  readonly row_groups: readonly RowGroup[];
  readonly key_value_metadata?: readonly KeyValue[] | undefined;
  readonly created_by?: string | undefined;
}

/** A column, or a group of columns where `type` is undefined. */
export interface SchemaElement {
  readonly type?: ParquetType | undefined;
  readonly type_length?: number | undefined;
  readonly repetition_type?: Repetition | undefined;
  readonly name: string;
  readonly num_children?: number | undefined;
  readonly converted_type?: ConvertedType | undefined;
  readonly scale?: number | undefined;
  readonly precision?: number | undefined;
  readonly logical_type?: LogicalType | undefined;
}

/** A logical type; `OTHER` is one that this library does not know. */
export interface LogicalType {
  readonly type: string;
  /** Of a DECIMAL. */
  readonly scale?: number | undefined;
  readonly precision?: number | undefined;
  /** Of a TIMESTAMP or TIME. */
  readonly unit?: 'MILLIS' | 'MICROS' | 'NANOS' | undefined;
  readonly isAdjustedToUTC?: boolean | undefined;
  /** Of an INTEGER. */
  readonly isSigned?: boolean | undefined;
  readonly bitWidth?: number | undefined;
}

/** A row group. */
export interface RowGroup {
  readonly columns: readonly ColumnChunk[];
  readonly num_rows: bigint;
}

/** A column chunk of a row group. */
export interface ColumnChunk {
  readonly file_path?: string | undefined;
  readonly meta_data?: ColumnMetaData | undefined;
  readonly crypto_metadata?: unknown;
  readonly encrypted_column_metadata?: unknown;
}

/** Where a column chunk is and how it is compressed. `codec` is the number as text where it is unknown. */
export interface ColumnMetaData {
  readonly type: ParquetType;
  readonly path_in_schema: readonly string[];
  readonly codec: Codec | `${number}`;
  readonly num_values: bigint;
  readonly total_compressed_size: bigint;
  readonly data_page_offset: bigint;
  readonly dictionary_page_offset?: bigint | undefined;
}

/** A note of the writer. A value that is not text counts as missing. */
export interface KeyValue {
  readonly key: string;
  readonly value?: string | undefined;
}

/** What is wrong with a footer, in words; thrown by {@link parseFooter} and nothing else. */
export class FooterProblem extends Error {
  readonly unsupported: boolean;

  constructor(problem: string, unsupported = false) {
    super(problem);
    this.unsupported = unsupported;
  }
}

/**
 * Reads a footer's Thrift, which `thriftStructEnd` has passed. Source: apache/parquet-format, parquet.thrift,
 * `FileMetaData`.
 *
 * @throws {@link FooterProblem} where a member that the format requires is not there, or the file is encrypted
 */
export function parseFooter(bytes: Uint8Array): FooterMetadata {
  const cursor: ThriftCursor = { bytes, at: 0 };
  let schema: SchemaElement[] | undefined;
  let groups: RowGroup[] | undefined;
  let pairs: KeyValue[] | undefined;
  const footer = readStruct(cursor, (id, length) => {
    if (id === 2) schema = Array.from({ length }, () => readElement(cursor));
    else if (id === 4) groups = Array.from({ length }, () => readRowGroup(cursor));
    else if (id === 5) pairs = Array.from({ length }, () => readPair(cursor));
    else return false;
    return true;
  });
  required(footer.int(1), 'the version of the format');
  if (footer.struct(8) !== undefined)
    throw new FooterProblem('the file is encrypted, which this library does not read', true);
  return {
    schema: required(schema, 'the schema'),
    num_rows: required(footer.long(3), 'the number of rows'),
    row_groups: required(groups, 'the row groups'),
    key_value_metadata: pairs,
    created_by: footer.text(6),
  };
}

function required<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new FooterProblem(`the footer is damaged: it lacks ${what}`);
  return value;
}

function readElement(cursor: ThriftCursor): SchemaElement {
  const element = readStruct(cursor);
  const name = required(element.text(4), 'the name of a column');
  return {
    name,
    type: nameOf(parquetTypes, element.int(1), 'a physical type'),
    type_length: element.int(2),
    repetition_type: nameOf(repetitions, element.int(3), 'a repetition type'),
    num_children: element.int(5),
    // an unknown one counts as missing
    converted_type: convertedTypes[element.int(6) ?? -1],
    scale: element.int(7),
    precision: element.int(8),
    logical_type: logicalType(element.struct(10)),
  };
}

/** The name of an enum's value; a value that has none is refused, as nothing can be known of it. */
function nameOf<Name>(names: readonly Name[], value: number | undefined, what: string): Name | undefined {
  if (value === undefined) return undefined;
  const name = names[value];
  if (name === undefined)
    throw new FooterProblem(`expected ${what} from 0 to ${names.length - 1}, found ${value}`, true);
  return name;
}

function logicalType(union: ThriftStruct | undefined): LogicalType | undefined {
  if (union === undefined) return undefined;
  for (const [type, id] of Object.entries(logicalTypes)) {
    const struct = union.struct(id);
    if (struct === undefined) continue;
    const what = `a field of the type ${type}`;
    if (type === 'DECIMAL') {
      return { type, precision: required(struct.int(2), what), scale: required(struct.int(1), what) };
    }
    if (type === 'INTEGER') {
      return { type, bitWidth: required(struct.int(1), what), isSigned: required(struct.flag(2), what) };
    }
    if (type === 'TIME' || type === 'TIMESTAMP') {
      const isAdjustedToUTC = required(struct.flag(1), what);
      return { type, isAdjustedToUTC, unit: required(unitOf(struct.struct(2)), what) };
    }
    return { type };
  }
  return { type: 'OTHER' };
}

function unitOf(union: ThriftStruct | undefined): LogicalType['unit'] {
  if (union?.struct(1) !== undefined) return 'MILLIS';
  if (union?.struct(2) !== undefined) return 'MICROS';
  return union?.struct(3) === undefined ? undefined : 'NANOS';
}

function readRowGroup(cursor: ThriftCursor): RowGroup {
  let columns: ColumnChunk[] | undefined;
  const group = readStruct(cursor, (id, elements) => {
    if (id !== 1) return false;
    columns = Array.from({ length: elements }, () => readChunk(cursor));
    return true;
  });
  required(group.long(2), 'the size of a row group');
  return {
    columns: required(columns, 'the column chunks of a row group'),
    num_rows: required(group.long(3), 'the rows of a row group'),
  };
}

function readChunk(cursor: ThriftCursor): ColumnChunk {
  const chunk = readStruct(cursor, undefined, (id, elements) => {
    if (id !== 13) return false;
    for (let index = 0; index < elements; index++) assertStatistics(readStruct(cursor));
    return true;
  });
  const data = chunk.struct(3);
  required(chunk.long(2), 'the offset of a column chunk');
  return {
    file_path: chunk.text(1),
    meta_data: data === undefined ? undefined : readMetaData(data),
    crypto_metadata: chunk.struct(8),
    encrypted_column_metadata: chunk.bytes(9),
  };
}

/** Nothing is made of them, but a footer that lacks a part of them is damaged, and any reader made by Thrift refuses it. */
function assertStatistics(statistics: ThriftStruct): void {
  for (const id of [1, 2, 3]) required(statistics.int(id), 'a field of the encoding statistics');
}

function readMetaData(data: ThriftStruct): ColumnMetaData {
  required(data.hasList(2) || undefined, 'the encodings of a column chunk');
  required(data.long(6), 'the unpacked size of a column chunk');
  const codec = required(data.int(4), 'the codec of a column chunk');
  return {
    type: required(nameOf(parquetTypes, data.int(1), 'a physical type'), 'the type of a column chunk'),
    path_in_schema: required(data.texts(3), 'the name of a column chunk'),
    codec: codecs[codec] ?? `${codec}`,
    num_values: required(data.long(5), 'the number of values of a column chunk'),
    total_compressed_size: required(data.long(7), 'the size of a column chunk'),
    data_page_offset: required(data.long(9), 'the offset of a column chunk'),
    dictionary_page_offset: data.long(11),
  };
}

function readPair(cursor: ThriftCursor): KeyValue {
  const pair = readStruct(cursor);
  return { key: required(pair.text(1), 'a key of the key-value metadata'), value: pair.text(2) };
}
