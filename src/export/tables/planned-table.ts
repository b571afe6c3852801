import type { ZodType } from 'zod';
import type { RecordBatch, Table } from 'apache-arrow';
import { ArrowBuilder, loadArrow } from '../../batch/forms/arrow.ts';
import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { toRowLists, type Row } from '../../batch/forms/rows.ts';
import { decodeDefaults, type PartDecode, type PartNotes } from '../../batch/decode-options.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { quoteList } from '../../quote-text.ts';
import { checkOptions, objectShape, type Zod } from '../../options.ts';
import type { ColumnSchema, TableName, TableSchema } from '../../schema/schema.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ExportTable, ReadOptions } from '../find/backtest-export.ts';
import type { PartFile } from '../entries/export-catalog.ts';
import type { PartHead } from '../parts/part-head.ts';
import { readPart, type ExpectedSchema, type PartSource } from '../parts/part-source.ts';
import { OneByOne } from '../parts/one-by-one.ts';
import { gatherTable } from './gather-table.ts';
import { readOwnedTable, type OwnedTableReading } from './read-owned-table.ts';

/** The parts of a table, and how to read them. */
export interface TablePlan {
  readonly name: TableName;
  readonly storage: Storage;
  readonly parts: readonly PartFile[];
  /** Undefined if no part has a header. */
  readonly expected: ExpectedSchema | undefined;
  readonly decode: PartDecode;
  /** The headers and footers that planning has read, by path. */
  readonly heads: ReadonlyMap<string, PartHead>;
}

/**
 * The parts of a table, in the order of their numbers, ready to be read. Without any header no columns are
 * expected: such parts have no rows.
 * @throws `OPTION_INVALID` for a table that `openExport` did not make
 */
export function partSources(table: ExportTable): readonly PartSource[] {
  return toPlanned(table).sources;
}

/** How a table was planned. @throws as {@link partSources} */
export function planOf(table: ExportTable): TablePlan {
  return toPlanned(table).plan;
}

function toPlanned(table: ExportTable): PlannedTable {
  // by its members: a program may have loaded the library twice
  if ('plan' in table && 'sources' in table) return table as PlannedTable;
  const problem = 'expected a table of an export that openExport opened, found another';
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** The reading side of one table. */
export class PlannedTable implements ExportTable {
  readonly name: TableName;
  readonly exists: boolean;
  readonly parts: readonly PartFile[];
  readonly bytes: number;
  readonly #plan: TablePlan;
  #sources: readonly PartSource[] | undefined;

  constructor(plan: TablePlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.parts = plan.parts;
    this.exists = plan.expected !== undefined;
    this.bytes = plan.parts.reduce((sum, part) => sum + part.size, 0);
  }

  get schema(): TableSchema {
    const { expected, name, storage, parts } = this.#plan;
    if (expected !== undefined) return expected.schema;
    const found = parts.length === 0 ? 'none' : `${parts.length} empty ones`;
    const problem = `expected parts of ${name} in ${quoteText(storage.location)}, found ${found}`;
    throw new BacktestExportError('TABLE_NOT_FOUND', problem);
  }

  /** See {@link planOf}. */
  get plan(): TablePlan {
    return this.#plan;
  }

  /** See {@link partSources}. */
  get sources(): readonly PartSource[] {
    const { name, storage, parts, decode, heads } = this.#plan;
    const { expected = { schema: noColumns(name), file: '' } } = this.#plan;
    const open = (part: PartFile): PartSource => ({ storage, part, expected, decode, head: heads.get(part.path) });
    return (this.#sources ??= parts.map(open));
  }

  async *batches(options: ReadOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    const columns = await this.#checkedColumns(options);
    const builder = new ArrowBuilder(await loadArrow(), columns);
    const reading = readOwnedTable(this.sources, toReading(columns, options, decodeDefaults.batchRows));
    for await (const rows of reading) yield builder.toRecordBatch(rows);
  }

  rows(options: ReadOptions = {}): AsyncGenerator<Row, void, undefined> {
    return new OneByOne(this.#rowLists(options));
  }

  async table(options: ReadOptions = {}): Promise<Table> {
    const columns = await this.#checkedColumns(options);
    const arrow = loadArrow();
    arrow.catch(() => undefined); // an error of the parts comes first
    const all = await gatherTable(this.sources, toReading(columns, options, tableBatchRows));
    return new ArrowBuilder(await arrow, columns).toTable(all);
  }

  async *#rowLists(options: ReadOptions): AsyncGenerator<Row[], void, undefined> {
    for await (const batch of this.columnBatches(options)) yield* toRowLists(batch);
  }

  async *columnBatches(options: ReadOptions = {}): AsyncGenerator<ColumnBatch, PartNotes[], undefined> {
    const columns = (await this.#checkedColumns(options)).map((column) => column.name);
    const notes: PartNotes[] = [];
    const onNotes = (found: PartNotes): unknown => notes.push(found);
    const { batchRows, signal } = options;
    for (const source of this.sources) yield* readPart(source, { columns, batchRows, signal, onNotes });
    return notes;
  }

  /** The columns that are asked for, once the options are known to be correct. */
  async #checkedColumns(options: ReadOptions): Promise<ColumnSchema[]> {
    await checkOptions(this.name, options, readOptionsShape);
    const { columns } = this.schema;
    return (options.columns ?? columns.map((column) => column.name)).map((name) => {
      const column = columns.find((candidate) => candidate.name === name);
      if (column !== undefined) return column;
      const known = quoteList(columns.map((candidate) => candidate.name));
      const problem = `there is no column ${quoteText(name)}; the columns are ${known}`;
      throw new BacktestExportError('COLUMN_UNKNOWN', problem);
    });
  }
}

function toReading(
  columns: readonly ColumnSchema[],
  { signal, threads, batchRows }: ReadOptions,
  mostRows: number,
): OwnedTableReading {
  return { columns, batchRows: batchRows ?? mostRows, signal, threads };
}

/** The rows of a table's record batches by default: few of them, each of about 4 MiB. */
const tableBatchRows = 65_536;

function noColumns(table: TableName): TableSchema {
  return { table, columns: [], itemColumn: '', dimensions: [], forecastTypes: [] };
}

const readOptionsShape = (z: Zod): ZodType<ReadOptions> =>
  objectShape<ReadOptions>(z, {
    columns: z.array(z.string()).min(1).optional(),
    batchRows: z.int().min(1).max(1_000_000).optional(),
    threads: z.int().min(1).max(256).optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
