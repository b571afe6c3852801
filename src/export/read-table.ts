import type { ZodType } from 'zod';
import type { RecordBatch, Table } from 'apache-arrow';
import { ArrowBuilder, loadArrow } from '../batch/arrow.ts';
import type { ColumnBatch } from '../batch/column-batch.ts';
import { toRows, type Row } from '../batch/rows.ts';
import type { PartDecode, PartNotes } from '../batch/decode-options.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { quoteList } from '../quote-text.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import type { ColumnSchema, TableName, TableSchema } from '../schema/schema.ts';
import type { Storage } from '../storage/storage.ts';
import type { ExportTable, ReadOptions } from './backtest-export.ts';
import type { PartFile } from './export-catalog.ts';
import { readPart, type ExpectedSchema } from './read-part.ts';

/** What a table is made of. */
export interface TablePlan {
  readonly name: TableName;
  readonly storage: Storage;
  readonly parts: readonly PartFile[];
  /** Undefined when no part has a header. */
  readonly expected: ExpectedSchema | undefined;
  readonly decode: PartDecode;
}

/** The reading side of one table. */
export class PlannedTable implements ExportTable {
  readonly name: TableName;
  readonly exists: boolean;
  readonly parts: readonly PartFile[];
  readonly bytes: number;
  readonly decode: PartDecode;
  readonly #plan: TablePlan;

  constructor(plan: TablePlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.parts = plan.parts;
    this.exists = plan.expected !== undefined;
    this.bytes = plan.parts.reduce((sum, part) => sum + part.size, 0);
    this.decode = plan.decode;
  }

  get schema(): TableSchema {
    return this.expected.schema;
  }

  /** The schema and the part that it was read from. */
  get expected(): ExpectedSchema {
    const { expected, name, storage, parts } = this.#plan;
    if (expected !== undefined) return expected;
    const found = parts.length === 0 ? 'none' : `${parts.length} empty ones`;
    const problem = `expected parts of ${name} in ${quoteText(storage.location)}, found ${found}`;
    throw new BacktestExportError('TABLE_NOT_FOUND', problem);
  }

  async *batches(options: ReadOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    const builder = new ArrowBuilder(await loadArrow(), this.#columns(options));
    for await (const batch of this.columnBatches(options)) yield builder.toRecordBatch(batch);
  }

  async *rows(options: ReadOptions = {}): AsyncGenerator<Row, void, undefined> {
    for await (const batch of this.columnBatches(options)) yield* toRows(batch);
  }

  async table(options: ReadOptions = {}): Promise<Table> {
    const builder = new ArrowBuilder(await loadArrow(), this.#columns(options));
    for await (const batch of this.columnBatches(options)) builder.add(batch);
    return builder.finish();
  }

  async *columnBatches(options: ReadOptions = {}): AsyncGenerator<ColumnBatch, PartNotes[], undefined> {
    await checkOptions(`${this.name}.read`, options, readOptionsShape);
    const { storage, parts, decode } = this.#plan;
    const { expected } = this;
    const columns = this.#columns(options).map((column) => column.name);
    const notes: PartNotes[] = [];
    for (const part of parts) {
      const met = yield* readPart(storage, part, expected, { ...decode, ...options, columns });
      if (met !== undefined) notes.push(met);
    }
    return notes;
  }

  #columns(options: ReadOptions): ColumnSchema[] {
    const { columns } = this.schema;
    return (options.columns ?? columns.map((column) => column.name)).map((name) => {
      const column = columns.find((candidate) => candidate.name === name);
      if (column !== undefined) return column;
      const known = quoteList(columns.map((candidate) => candidate.name));
      throw new BacktestExportError(
        'COLUMN_UNKNOWN',
        `there is no column ${quoteText(name)}; the columns are ${known}`,
      );
    });
  }
}

const readOptionsShape = (z: Zod): ZodType<ReadOptions> =>
  objectShape<ReadOptions>(z, {
    columns: z.array(z.string()).min(1).optional(),
    batchRows: z.int().min(1).max(1_000_000).optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });
