import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { decodeDefaults, type DecodeOptions, type PartNotes } from '../../batch/decode-options.ts';
import { isMemoryError, memoryRefused } from '../../batch/kernel-errors.ts';
import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ColumnRules } from '../../schema/index-columns.ts';
import type { ColumnKind, TableSchema } from '../../schema/schema.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { columnArrays, type ArrayPool, type ReusedArrays } from '../values/reused-arrays.ts';
import { decodeChunk } from './decode-chunk.ts';
import { costOfTexts } from './decode-texts.ts';
import { assertRows, limitsOfFile, type FileLimits } from '../format/file-limits.ts';
import { PageMemory } from './page-memory.ts';
import { fillAt } from './fill-at.ts';
import { readFooter, type Footer } from './footer.ts';
import { ReadAhead } from './read-ahead.ts';
import { cutBatches } from './cut-batches.ts';
import { toGroupColumn, type GroupColumn } from './row-group-column.ts';
import { sliceGroups, type GroupSlice } from './slice-groups.ts';
import { planFile, type FilePlan, type GroupPlan, type PlannedChunk } from './plan-file.ts';
import { WorkBudget } from '../values/work-budget.ts';
import { joinSpellings } from '../../schema/time-text.ts';

/**
 * Decodes one Parquet part, batch by batch: the mirror of `decodeCsv`, with the same batches for the same table. One
 * row group is in memory at a time, of which only the asked-for columns are read. `known` is the footer, where it has been
 * read before. A batch is valid until the next is
 * asked for; nothing happens before the first is.
 *
 * Every page is checked before anything is decoded, its CRC-32 where it has one; each column of a row group holds as
 * many values as the footer says, and the file as many rows.
 *
 * @throws what `docs/errors.md` lists under Parquet and Values, with file, row group, column and page; `FILE_CHANGED`
 * when the file is another at the end; the signal's reason when it is aborted.
 */
export async function* decodeParquet(
  file: StorageFile,
  options: DecodeOptions = {},
  check: (schema: TableSchema) => void = () => undefined,
  known?: Footer,
): AsyncGenerator<ColumnBatch, PartNotes, undefined> {
  options.signal?.throwIfAborted();
  const limits = limitsOfFile(file.size, options.limits);
  const plan = planFooter(file, known ?? (await readFooter(file)), limits, options);
  check(plan.schema);
  assertRows(plan.rows, limits, file.path);
  const sliced = sliceGroups(plan.groups, options.slice);
  const run = new FileRun(file, plan, limits, options, sliced);
  try {
    for (const group of sliced.groups) {
      const columns = await run.readGroup(group).catch((error: unknown) => {
        throw isMemoryError(error) ? memoryRefused(`a row group of ${file.path}`, run.needed, error) : error;
      });
      const batchRows = options.batchRows ?? decodeDefaults.batchRows;
      const batches = cutBatches(columns, group.rows, batchRows, run.records, run.memory, (name, bytes) =>
        run.countCopied(name, bytes),
      );
      for (const batch of batches) {
        options.signal?.throwIfAborted();
        yield batch;
      }
      run.endGroup(group);
    }
    await file.assertUnchanged();
    return run.notes();
  } finally {
    run.release();
  }
}

/**
 * A Parquet part's footer, for decoding it later, and its schema.
 * @throws what {@link decodeParquet} throws before its first row
 */
export async function readParquetFooter(
  file: StorageFile,
  columnRules?: ColumnRules,
): Promise<{ readonly schema: TableSchema; readonly footer: Footer }> {
  const footer = await readFooter(file);
  const { schema } = planFooter(file, footer, limitsOfFile(file.size), given({ columnRules }));
  return { schema, footer };
}

function planFooter(file: StorageFile, footer: Footer, limits: FileLimits, options: DecodeOptions): FilePlan {
  const { pageBytes, ratio, rowGroupBytes: textBytes } = limits;
  const { recordLimit: longestText = decodeDefaults.recordLimit, columnRules = {} } = options;
  return planFile(file.path, footer, { pageBytes, ratio, textBytes, longestText }, columnRules);
}

/** The state of decoding one part. */
class FileRun {
  /** Rows of the row groups before the current one. */
  records: number;
  /** Bytes of memory that the current row group needs at least. */
  needed = 0;
  readonly #file: StorageFile;
  readonly #plan: FilePlan;
  readonly #options: DecodeOptions;
  readonly #limits: FileLimits;
  readonly #work: WorkBudget;
  readonly #arrays = new Map<string, { readonly arrays: ReusedArrays; readonly pool: ArrayPool }>();
  readonly #order: readonly string[];
  readonly #spellings = new Map<string, number>();
  readonly #ahead: ReadAhead | undefined;
  #memory: PageMemory | undefined;
  #groups: number;
  readonly #sliced: GroupSlice;
  #pages = 0;
  #unchecked = 0;

  constructor(file: StorageFile, plan: FilePlan, limits: FileLimits, options: DecodeOptions, sliced: GroupSlice) {
    this.records = sliced.rowsBefore;
    this.#sliced = sliced;
    this.#groups = sliced.groupsBefore;
    this.#limits = limits;
    this.#work = new WorkBudget(limits.workBytes);
    this.#file = file;
    this.#plan = plan;
    this.#options = options;
    this.#order = options.columns ?? plan.schema.columns.map(({ name }) => name);
    // a file that can be read ahead is far away
    this.#ahead = file.readAhead === undefined ? undefined : new ReadAhead(file, this.#allChunks());
  }

  /** The memory in which one row group is read, decoded and cut after another. */
  get memory(): PageMemory {
    return (this.#memory ??= new PageMemory());
  }

  /** The asked-for columns of a row group, in the asked-for order; read and decoded one after another. */
  async readGroup(group: GroupPlan): Promise<Map<string, GroupColumn>> {
    const chunks = this.#chunksOf(group);
    let left = this.#assertBudget(group, chunks);
    const columns = new Map<string, GroupColumn>();
    for (const chunk of chunks) {
      this.#options.signal?.throwIfAborted();
      const column = await this.#readColumn(chunk, left);
      if (column.kind === 'text') {
        const { size, bytes } = column.dictionary;
        left = Math.max(0, left - costOfTexts(size, bytes.length));
      }
      columns.set(chunk.column.name, column);
    }
    return columns;
  }

  /** Gives back what the next part may use. */
  release(): void {
    this.#memory?.release();
    this.#memory = undefined;
    // the last first, so that each column of the next part gets arrays that served its like
    for (const { arrays, pool } of [...this.#arrays.values()].toReversed()) pool.giveBack(arrays);
    this.#arrays.clear();
  }

  endGroup(group: GroupPlan): void {
    this.records += group.rows;
    this.#groups++;
  }

  notes(): PartNotes {
    const { slice } = this.#options;
    return {
      file: this.#file.path,
      schema: this.#plan.schema,
      records: this.records - this.#sliced.rowsBefore,
      bytes: this.#file.size,
      blankLines: 0,
      repeatedHeaders: 0,
      unterminatedLastRow: false,
      byteOrderMark: false,
      lineEnds: 'none',
      timeSpellings: this.#spellings,
      ...(this.#plan.notes?.zeroBytes === true ? { zeroBytes: true } : {}),
      pages: { pages: this.#pages, unchecked: this.#unchecked },
      ...(slice === undefined ? {} : { slice: { start: slice.from, end: slice.to, work: this.#work.used } }),
    };
  }

  /** Texts that a batch copies count as work, since few bytes may be copied into many batches. */
  countCopied(column: string, bytes: number): void {
    const position = { file: this.#file.path, rowGroup: this.#groups + 1, column };
    const refuse = (problem: string, code: ErrorCode): Error => new BacktestExportError(code, problem, { position });
    this.#work.take(bytes, { refuse });
  }

  #chunksOf(group: GroupPlan): PlannedChunk[] {
    return this.#order.flatMap((name) => group.chunks.find(({ column }) => column.name === name) ?? []);
  }

  /** All chunks of all row groups, in the order in which they are read. */
  *#allChunks(): Generator<{ readonly start: number; readonly bytes: number }, void, undefined> {
    for (const group of this.#plan.groups) {
      for (const { plan, bytes } of this.#chunksOf(group)) yield { start: plan.start, bytes };
    }
  }

  /** The packed bytes of a chunk, valid until the next is read. */
  async #readPacked({ plan, bytes }: PlannedChunk, memory: PageMemory): Promise<Uint8Array> {
    if (this.#ahead !== undefined) return this.#ahead.take({ start: plan.start, bytes });
    // a chunk that is too large for a kernel's memory is decoded page by page from elsewhere
    const packed = bytes <= mostHeld ? memory.takeChunk(bytes) : new Uint8Array(bytes);
    await fillAt(this.#file, plan.start, packed);
    return packed;
  }

  async #readColumn(chunk: PlannedChunk, left: number): Promise<GroupColumn> {
    const { column, plan } = chunk;
    const { memory } = this;
    const packed = await this.#readPacked(chunk, memory);
    const arrays = this.#arraysOf(chunk);
    const limits = { ...plan.limits, textBytes: left, memoryBytes: left };
    const values = await decodeChunk(packed, { ...plan, limits, work: this.#work, arrays }, memory);
    this.#pages += values.pages.pages;
    this.#unchecked += values.pages.unchecked;
    const { notes } = this.#plan;
    const read = toGroupColumn(values, {
      column,
      nullIsNotDefined: column.allowsNotDefined && (notes?.notDefined.has(column.name) ?? false),
      spellings: notes?.spellings.get(column.name) ?? 0,
      file: plan.file,
      rowGroup: plan.rowGroup,
      recordsBefore: this.records,
      arrays,
    });
    if (read.kind === 'time') {
      this.#spellings.set(column.name, joinSpellings(this.#spellings.get(column.name) ?? 0, read.spellings));
    }
    return read;
  }

  /** The arrays of a column, for each of its row groups. */
  #arraysOf({ column, plan }: PlannedChunk): ReusedArrays {
    const known = this.#arrays.get(column.name);
    if (known !== undefined) return known.arrays;
    const pool = plan.target.kind === 'text' ? columnArrays.text : columnArrays.others;
    const arrays = pool.take();
    this.#arrays.set(column.name, { arrays, pool });
    return arrays;
  }

  /**
   * Rows cost 9 bytes in a column of numbers or times, 4 more where they are stored as text, and 4 in one of text, besides the
   * packed bytes of one chunk. Returns how many bytes are left for a page at a time and for distinct texts.
   */
  #assertBudget(group: GroupPlan, chunks: readonly PlannedChunk[]): number {
    const width = chunks.reduce((sum, { column, plan }) => sum + bytesOfRow(column.kind, plan.target.kind), 0);
    const needed = group.rows * width + chunks.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    const allowed = this.#limits.rowGroupBytes;
    this.needed = needed;
    if (needed <= allowed) return allowed - needed;
    const problem =
      `the row group has ${group.rows} rows and needs ${needed} bytes of memory, more than the ${allowed} allowed; ` +
      'ask for fewer columns, or raise limits.maxRowGroupBytes';
    const position = { file: this.#file.path, rowGroup: this.#groups + 1 };
    throw new BacktestExportError('PARQUET_TOO_LARGE', problem, { position });
  }
}

const mostHeld = 2 ** 30;

function bytesOfRow(kind: ColumnKind, stored: ColumnKind): number {
  if (kind === 'text') return 4;
  return stored === 'text' ? 13 : 9;
}
