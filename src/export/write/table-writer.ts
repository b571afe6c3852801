import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { decodeDefaults } from '../../batch/decode-options.ts';
import { guardFormulas } from '../../batch/columns/guard-formulas.ts';
import type { Row } from '../../batch/forms/rows.ts';
import { sliceBatch } from '../../batch/columns/slice-batch.ts';
import { createCsvEncoder } from '../../csv/encode.ts';
import { hasMember, readMember } from '../../describe-value.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import { describeValue } from '../../options.ts';
import { quoteList } from '../../quote-text.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { formatPartName } from '../../naming/part-name.ts';
import type { ParquetSettings } from '../../parquet/write/settings.ts';
import { createParquetEncoder } from '../../parquet/write/encode.ts';
import { inferSchema } from '../../schema/infer-schema.ts';
import type { ColumnRules } from '../../schema/index-columns.ts';
import type { TableName, TableSchema } from '../../schema/schema.ts';
import type { PreparedFile } from '../../storage/storage.ts';
import type { Destination } from './destination.ts';
import { PartSink } from './part-sink.ts';
import { batchesOfArrow, batchesOfRows, namesOfRow, type ArrowRows } from './row-batches.ts';
import { refuseLongTexts } from './refuse-long-texts.ts';

/** What can be written: plain rows as from `rows()`, Arrow data, or the library's own batches. */
export type WritableRows = Iterable<Row> | AsyncIterable<Row> | ArrowRows | ColumnBatch;

/** How to write the parts of a table. */
export interface PartsPlan {
  readonly jobName: string;
  readonly exportedAt: Date;
  readonly format: ExportFormat;
  readonly parquet: ParquetSettings;
  readonly convention: 'seen' | 'documented';
  /** A part ends when either limit is reached. */
  readonly rowsPerPart: number;
  readonly bytesPerPart: number;
  readonly guardFormulas: boolean;
  /** The rules under which the column names were read. */
  readonly columnRules?: ColumnRules;
  /** Bits of `timeSpellings` by time column, if known better than from each batch; read while parts are written. */
  readonly spellings?: ReadonlyMap<string, number>;
}

/**
 * Writes the rows of one table to parts, each complete under a temporary name. The first rows determine the columns.
 */
export class PartsWriter {
  rows = 0;
  readonly files: PreparedFile[] = [];
  readonly #destination: Destination;
  readonly #table: TableName;
  readonly #plan: PartsPlan;
  #schema: TableSchema | undefined;
  #sink: PartSink | undefined;

  constructor(destination: Destination, table: TableName, plan: PartsPlan) {
    this.#destination = destination;
    this.#table = table;
    this.#plan = plan;
    destination.onDiscard(async () => {
      await this.#sink?.abort();
      this.#sink = undefined;
    });
  }

  /** Writes rows; see `TableWriter.write`. */
  async write(rows: WritableRows): Promise<void> {
    const record = (): number => this.rows + 1;
    if (isArrow(rows)) {
      const schema = this.#learn(rows.schema.fields.map(({ name }) => name));
      for (const batch of batchesOfArrow(rows, schema, record)) await this.#add(batch, schema);
    } else if (isBatch(rows)) {
      const schema = this.#learn([...rows.columns.keys()]);
      if (rows.columns.size === schema.columns.length) return this.#add(rows, schema);
      const problem = `expected ${schema.columns.length} columns, as before, found ${rows.columns.size}`;
      throw new BacktestExportError('ROW_INVALID', problem, { position: { record: record() } });
    } else if (isIterable(rows)) await this.#addRows(rows, record);
    else {
      const problem = `expected rows: an array, an iterable or async iterable of them, Arrow data or a batch, found ${describeRows(rows)}`;
      throw new BacktestExportError('ROW_INVALID', problem);
    }
  }

  /** Ends the last part. */
  async finish(): Promise<void> {
    const sink = this.#sink;
    if (sink === undefined) return;
    const file = await sink.prepare();
    this.files.push(file);
    this.#destination.take(file);
    this.#sink = undefined;
  }

  async #addRows(rows: Iterable<Row> | AsyncIterable<Row>, record: () => number): Promise<void> {
    const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
    const first = await iterator.next();
    if (first.done === true) return;
    const schema = this.#learn(namesOfRow(first.value, record()));
    const all = async function* (): AsyncGenerator<Row, void, undefined> {
      yield first.value;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    };
    try {
      for await (const batch of batchesOfRows(all(), schema, record)) await this.#add(batch, schema);
    } catch (error) {
      await iterator.return?.();
      throw error;
    }
  }

  #learn(names: readonly string[]): TableSchema {
    if (this.#schema !== undefined) return this.#schema;
    const schema = inferSchema(names, {}, this.#plan.columnRules);
    if (schema.table !== this.#table) {
      const problem = `expected columns of ${this.#table}, found those of ${schema.table}: ${quoteList(names)}`;
      throw new BacktestExportError('ROW_INVALID', problem);
    }
    this.#schema = schema;
    return schema;
  }

  async #add(given: ColumnBatch, schema: TableSchema): Promise<void> {
    const { rowsPerPart, bytesPerPart, format } = this.#plan;
    const { batch } = this.#plan.guardFormulas && format === 'CSV' ? guardFormulas(given) : { batch: given };
    if (format === 'PARQUET') refuseLongTexts(batch, this.rows + 1);
    for (let from = 0; from < batch.rows;) {
      const sink = (this.#sink ??= await this.#open(schema));
      const to = Math.min(batch.rows, from + rowsPerPart - sink.rows);
      await sink.write({ ...sliceBatch(batch, from, to), firstRecord: this.rows + 1 });
      this.rows += to - from;
      if (sink.rows === rowsPerPart || sink.bytes >= bytesPerPart) await this.finish();
      from = to;
    }
  }

  async #open(schema: TableSchema): Promise<PartSink> {
    const { format, parquet, spellings } = this.#plan;
    const spelled = given({ spellings });
    const { jobName, exportedAt, convention } = this.#plan;
    const number = this.files.length;
    const name = formatPartName({ jobName, exportedAt, format, convention, table: this.#table, number });
    const encoder = await (format === 'CSV'
      ? createCsvEncoder(schema, { ...spelled, recordLimit: decodeDefaults.recordLimit })
      : createParquetEncoder(schema, { ...parquet, ...spelled }));
    // whether to replace another export is decided at publishing, under the lock
    return PartSink.open(this.#destination.storage, `${this.#table}/${name}`, encoder, { overwrite: true });
  }
}

function isArrow(rows: WritableRows): rows is ArrowRows {
  return hasMember(rows, 'schema') && hasMember(rows, 'numRows');
}

function isBatch(rows: Exclude<WritableRows, ArrowRows>): rows is ColumnBatch {
  return hasMember(rows, 'columns') && hasMember(rows, 'firstRecord');
}

function isIterable(rows: unknown): rows is Iterable<Row> | AsyncIterable<Row> {
  return [Symbol.asyncIterator, Symbol.iterator].some((name) => typeof readMember(rows, name) === 'function');
}

/** Recognizes the likely mistakes: a single row, and a promise. */
function describeRows(rows: unknown): string {
  if (typeof readMember(rows, 'then') === 'function') return 'a promise: await it first';
  return hasMember(rows, 'backtestwindow_start_time') ? 'one row: write it as [row]' : describeValue(rows);
}
