import type { Codec } from '../format/parquet-types.ts';
import { BacktestExportError, quoteText, type ErrorCode, type ErrorPosition } from '../../errors.ts';
import { columnsByField } from '../../schema/fields.ts';
import type { ColumnRules } from '../../schema/index-columns.ts';
import { inferSchema } from '../../schema/infer-schema.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import type { ChunkLimits, ChunkPlan, ChunkTarget } from '../values/chunk-plan.ts';
import { targetOfColumn } from './target-of-column.ts';
import { parseFileNotes, type FileNotes } from '../format/file-notes.ts';
import type { ColumnChunk, RowGroup, SchemaElement } from '../format/footer-metadata.ts';
import type { Footer } from './footer.ts';
import { leavesOfSchema } from './schema-tree.ts';

/** A Parquet file's plan, every number of its footer checked; no page has been read. */
export interface FilePlan {
  readonly schema: TableSchema;
  readonly rows: number;
  readonly notes: FileNotes | undefined;
  readonly groups: readonly GroupPlan[];
}

/** One row group. */
export interface GroupPlan {
  readonly rows: number;
  /** In the schema's order. */
  readonly chunks: readonly PlannedChunk[];
}

/** One column chunk, and how many bytes it has. */
export interface PlannedChunk {
  readonly column: ColumnSchema;
  readonly plan: ChunkPlan;
  readonly bytes: number;
}

/** A leaf of the schema and what its values become. */
interface Leaf {
  readonly column: ColumnSchema;
  readonly element: SchemaElement;
  readonly target: ChunkTarget;
}

/**
 * Plans how a file is read: what each column becomes and where its chunks lie. Refuses from the footer, before row 1,
 * what cannot be read or cannot be true.
 *
 * @throws `SCHEMA_INVALID`, `SCHEMA_DUPLICATE_COLUMN`, `SCHEMA_INDEX_COLUMN`; `PARQUET_UNSUPPORTED` for nested or repeated columns, types,
 * codecs and encryption; `PARQUET_FOOTER_INVALID` for places and sizes that cannot be; `PARQUET_ROW_COUNT`.
 */
export function planFile(file: string, footer: Footer, limits: ChunkLimits, rules: ColumnRules = {}): FilePlan {
  const { metadata } = footer;
  const elements = leavesOfSchema(metadata.schema, file);
  const schema = inferSchema(
    elements.map((element) => element.name),
    { file },
    rules,
  );
  const leaves = columnsByField(schema).map((column, index) => column && planLeaf(column, elements[index], file));
  const notes = parseFileNotes(metadata.key_value_metadata, schema);
  const groups = metadata.row_groups.map((group, index) => {
    const sums = footer.sealed ? notes?.chunkSums[index] : undefined;
    const context: GroupContext = { file, leaves, footer, limits, number: index + 1, sums };
    return planGroup(group, context);
  });
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (BigInt(rows) !== metadata.num_rows) {
    const problem = `the footer says ${metadata.num_rows} rows, but its row groups hold ${rows}`;
    throw refuse('PARQUET_ROW_COUNT', problem, { file });
  }
  assertApart(groups, file);
  return { schema, rows, notes, groups };
}

/**
 * No two column chunks share a byte: a small footer could have the same bytes read again for each of a million row
 * groups, or one column's values for another's.
 */
function assertApart(groups: readonly GroupPlan[], file: string): void {
  const chunks = groups.flatMap((group) => group.chunks.filter(({ bytes }) => bytes > 0));
  chunks.sort((one, other) => one.plan.start - other.plan.start);
  let end = 0;
  for (const { plan, bytes } of chunks) {
    if (plan.start < end) {
      const problem = `column chunks overlap: one starts at byte ${plan.start}, before another ends at byte ${end}`;
      throw refuse('PARQUET_FOOTER_INVALID', problem, { file, rowGroup: plan.rowGroup, column: plan.column });
    }
    end = plan.start + bytes;
  }
}

function planLeaf(column: ColumnSchema, element: SchemaElement | undefined, file: string): Leaf {
  const position = { file, column: column.name };
  if (element === undefined)
    throw refuse('PARQUET_FOOTER_INVALID', 'the footer does not describe the column', position);
  const target = targetOfColumn(column.kind, element);
  if (typeof target === 'string') throw refuse('PARQUET_UNSUPPORTED', target, position);
  return { column, element, target };
}

interface GroupContext {
  readonly file: string;
  /** By column of the file; undefined for one that is left out. */
  readonly leaves: readonly (Leaf | undefined)[];
  readonly footer: Footer;
  readonly limits: ChunkLimits;
  /** Of the row group, from 1. */
  readonly number: number;
  readonly sums: readonly number[] | undefined;
}

function planGroup(group: RowGroup, context: GroupContext): GroupPlan {
  const { file, leaves, number: rowGroup } = context;
  const rows = safeNumber(group.num_rows);
  if (rows === undefined) {
    throw refuse('PARQUET_FOOTER_INVALID', `expected a number of rows, found ${group.num_rows}`, { file, rowGroup });
  }
  if (group.columns.length !== leaves.length) {
    const problem = `expected ${leaves.length} column chunks, found ${group.columns.length}`;
    throw refuse('PARQUET_FOOTER_INVALID', problem, { file, rowGroup });
  }
  const chunks = leaves.flatMap((leaf, index) =>
    leaf === undefined ? [] : [planChunk(leaf, group.columns[index], rows, index, context)],
  );
  return { rows, chunks };
}

function planChunk(
  leaf: Leaf,
  chunk: ColumnChunk | undefined,
  rows: number,
  index: number,
  context: GroupContext,
): PlannedChunk {
  const { file, footer, limits, number: rowGroup, sums } = context;
  const { column, element, target } = leaf;
  const position = { file, rowGroup, column: column.name };
  if (chunk?.crypto_metadata !== undefined || chunk?.encrypted_column_metadata !== undefined) {
    throw refuse('PARQUET_UNSUPPORTED', 'the column is encrypted, which this library does not read', position);
  }
  const data = chunk?.meta_data;
  if (data === undefined)
    throw refuse('PARQUET_FOOTER_INVALID', 'the footer does not describe the column chunk', position);
  if (chunk?.file_path !== undefined && chunk.file_path !== '') {
    const problem = `the column is stored in another file, ${quoteText(chunk.file_path)}`;
    throw refuse('PARQUET_UNSUPPORTED', problem, position);
  }
  if (data.type !== element.type || data.path_in_schema.length !== 1 || data.path_in_schema[0] !== column.name) {
    const found = `${data.type} ${quoteText(data.path_in_schema.join('.'))}`;
    throw refuse('PARQUET_FOOTER_INVALID', `expected a chunk of this column, found one of ${found}`, position);
  }
  const { codec } = data;
  if (!isReadable(codec)) {
    const problem = `expected one of ${[...codecs].join(', ')}, found the codec ${codec}`;
    throw refuse('PARQUET_UNSUPPORTED', problem, position);
  }
  if (safeNumber(data.num_values) !== rows) {
    const problem = `the column chunk holds ${data.num_values} values, but its row group has ${rows} rows`;
    throw refuse('PARQUET_ROW_COUNT', problem, position);
  }
  // without rows there is nothing to read, and Arrow writes an offset of 0
  const [start, bytes] =
    rows === 0
      ? [magicBytes, 0]
      : placeOf(data.data_page_offset, data.dictionary_page_offset, data.total_compressed_size);
  if (!(start >= magicBytes && bytes >= 0 && start + bytes <= footer.start && (bytes > 0 || rows === 0))) {
    const problem = `expected the column chunk between bytes 4 and ${footer.start}, found ${bytes} bytes from byte ${start}`;
    throw refuse('PARQUET_FOOTER_INVALID', problem, position);
  }
  const plan: ChunkPlan = {
    file,
    column: column.name,
    rowGroup,
    type: data.type,
    typeLength: element.type_length,
    codec,
    optional: element.repetition_type === 'OPTIONAL',
    target,
    rows,
    start,
    sum: sums?.[index],
    ...quirksOf(footer.metadata.created_by),
    limits,
  };
  return { column, plan, bytes };
}

/**
 * How sound files of some programs differ from the format: fastparquet appends eight zero bytes to the values of a page;
 * Arrow writes a wrong number of nulls into the page headers of dictionary columns.
 */
function quirksOf(writer: string | undefined): Pick<ChunkPlan, 'padding' | 'untoldNulls'> {
  return {
    padding: writer?.startsWith('fastparquet') === true ? 8 : 0,
    untoldNulls: writer?.startsWith('parquet-cpp-arrow') === true,
  };
}

/** The file begins with `PAR1`. */
const magicBytes = 4;

/** Offset and length; NaN where they are no numbers. A dictionary offset of 0 means that there is none. */
function placeOf(data: bigint, dictionary: bigint | undefined, size: bigint): [start: number, bytes: number] {
  const first = safeNumber(data) ?? Number.NaN;
  const other = dictionary === undefined || dictionary <= 0n ? Infinity : (safeNumber(dictionary) ?? Number.NaN);
  return [Math.min(first, other), safeNumber(size) ?? Number.NaN];
}

/** A count or size from the footer as a number; undefined when it is negative, absent or beyond 2^53. */
function safeNumber(value: bigint | undefined): number | undefined {
  if (typeof value !== 'bigint' || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(value);
}

function isReadable(codec: string): codec is Codec {
  return codecs.has(codec);
}

const codecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'LZ4_RAW', 'LZ4', 'BROTLI']);

function refuse(code: ErrorCode, problem: string, position: ErrorPosition): BacktestExportError {
  return new BacktestExportError(code, problem, { position });
}
