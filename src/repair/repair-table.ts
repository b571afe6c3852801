import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { ContentSum } from '../batch/hash/content-sum.ts';
import type { PartNotes } from '../batch/decode-options.ts';
import { FirstSpellings } from '../batch/hash/first-spellings.ts';
import { selectRows } from '../batch/columns/select-rows.ts';
import { accessErrorCodes, BacktestExportError, formatPosition } from '../errors.ts';
import type { ExportTable } from '../export/find/backtest-export.ts';
import type { PartFile } from '../export/entries/export-catalog.ts';
import { readPart, skipHeaders, type PartReading, type PartSource } from '../export/parts/part-source.ts';
import { partSources } from '../export/tables/planned-table.ts';
import type { Destination } from '../export/write/destination.ts';
import { proveFiles } from '../export/write/prove-files.ts';
import { PartsWriter, type PartsPlan } from '../export/write/table-writer.ts';
import { Pause } from '../pause.ts';
import type { RepairedTable, RepairOptions } from './repair.ts';
import type { RepairList } from './repair-list.ts';
import { RowReader } from './row-reader.ts';
import { RowTable, type EarlierRow } from './row-table.ts';

/** What is the same for both tables of a repair. */
export interface TableContext {
  readonly destination: Destination;
  readonly plan: Omit<PartsPlan, 'spellings'>;
  readonly options: RepairOptions;
  readonly repairs: RepairList;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

const kinds = { exact: 'duplicate-rows', near: 'near-rows', different: 'conflicting-rows' } as const;

/** Copies the rows of one table without duplicates; writes one part for each part with rows left. */
export class TableRepair {
  readonly #table: ExportTable;
  readonly #context: TableContext;
  readonly #writer: PartsWriter;
  readonly #spellings = new FirstSpellings();
  readonly #reader: RowReader;
  readonly #rows: RowTable;
  readonly #pause: Pause;
  readonly #sum: ContentSum;
  #rowsRead = 0;

  constructor(table: ExportTable, context: TableContext) {
    this.#table = table;
    this.#context = context;
    this.#reader = new RowReader(table.schema);
    this.#rows = new RowTable(this.#reader);
    this.#pause = new Pause(context.signal);
    this.#sum = new ContentSum(table.schema.columns);
    const plan = { ...context.plan, spellings: this.#spellings.map };
    this.#writer = new PartsWriter(context.destination, table.name, plan);
  }

  /** Writes and proves the parts. */
  async run(): Promise<RepairedTable> {
    const { parts, schema } = this.#table;
    for (const [index, source] of partSources(this.#table).entries()) await this.#copyPart(source, index);
    const copies = this.#rows.merged();
    if (copies > 1) this.#context.repairs.merge(this.#table.name, `every row appeared ${copies} times`);
    const { format } = this.#context.plan;
    const { destination, signal } = this.#context;
    const wanted = { format, sums: this.#sum.take(), schema, spellings: this.#spellings.map, oneNull: false, signal };
    await proveFiles(destination.storage, this.#writer.files, wanted);
    const written = { rowsWritten: this.#writer.rows, partsWritten: this.#writer.files.length };
    return { rowsRead: this.#rowsRead, partsRead: parts.length, ...written };
  }

  async #copyPart(source: PartSource, index: number): Promise<void> {
    const { repairs, options, onBytes } = this.#context;
    const { name } = this.#table;
    const { part } = source;
    if (options.onBadPart === 'skip' && !(await this.#isReadable(source))) {
      onBytes(part.size);
      return;
    }
    const before = this.#writer.rows;
    const onNotes = ({ repeatedHeaders }: PartNotes): void =>
      repairs.add('repeated-headers', name, { file: part.path }, repeatedHeaders);
    for await (const batch of this.#read(source, { onBytes, onNotes })) await this.#copyRows(batch, part, index);
    await this.#writer.finish();
    if (this.#writer.rows === before) repairs.add('empty-parts', name, { file: part.path });
    else this.#noteName(part);
  }

  async #copyRows(batch: ColumnBatch, part: PartFile, index: number): Promise<void> {
    this.#spellings.look(batch);
    await this.#rows.reserve(batch.rows, this.#pause);
    const words = this.#reader.read(batch);
    const kept = new Int32Array(batch.rows);
    let count = 0;
    for (let row = 0; row < batch.rows; row++) {
      const record = batch.firstRecord + row;
      const earlier = this.#rows.add(words, 2 * row * this.#reader.width, index, record);
      if (earlier === undefined) kept[count++] = row;
      else this.#drop(part, record, earlier);
    }
    this.#rowsRead += batch.rows;
    if (count === 0) return;
    const selected = count === batch.rows ? batch : selectRows(batch, kept.subarray(0, count));
    this.#sum.add(selected);
    await this.#writer.write(selected);
  }

  #drop(part: PartFile, record: number, { likeness, ...earlier }: EarlierRow): void {
    const { repairs, options } = this.#context;
    const { name, parts } = this.#table;
    const of = { file: parts[earlier.part]?.path ?? '', record: earlier.record };
    if (likeness === 'different' && options.conflicts !== 'keep-first') {
      const problem = `the row has the key of ${formatPosition(of)} but different numbers`;
      throw new BacktestExportError('ROW_CONFLICT', problem, { position: { file: part.path, record } });
    }
    repairs.add(kinds[likeness], name, { file: part.path, record, of });
  }

  #noteName(part: PartFile): void {
    const path = this.#writer.files.at(-1)?.path ?? '';
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (part.path.endsWith(name)) return;
    this.#context.repairs.add('renumbered-parts', this.#table.name, { file: part.path, detail: `now ${name}` });
  }

  async #isReadable(source: PartSource): Promise<boolean> {
    try {
      for await (const _ of this.#read(source));
      return true;
    } catch (error) {
      if (!(error instanceof BacktestExportError) || this.#context.signal.aborted) throw error;
      // a part that could not be read this time is not a bad part, and its rows must not be dropped
      if (accessErrorCodes.has(error.code)) throw error;
      const place = { file: source.part.path, detail: `${error.code}: ${error.message}` };
      this.#context.repairs.add('bad-parts', this.#table.name, place);
      return false;
    }
  }

  #read(source: PartSource, reading: PartReading = {}): ReturnType<typeof readPart> {
    const columns = this.#table.schema.columns.map((column) => column.name);
    const { signal } = this.#context;
    return readPart(skipHeaders(source), { ...reading, columns, signal });
  }
}
