import { ByteSink } from '../../batch/byte-sink.ts';
import {
  columnOf,
  stateNotDefined,
  stateNull,
  type ColumnBatch,
  type NumberColumn,
} from '../../batch/columns/column-batch.ts';
import { kernelFailed } from '../../batch/kernel-errors.ts';
import type { EncodingLoss, PartEncoder } from '../../batch/part-encoder.ts';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ColumnSchema, TableSchema } from '../../schema/schema.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { loadPacking, type Packing } from '../codecs/compress.ts';
import type { ParquetSettings } from './settings.ts';
import { checksum } from '../../batch/hash/checksum.ts';
import { ChunkEncoder } from './encode-chunk.ts';
import { FileBytes } from './file-bytes.ts';
import { writeFooter, type EncodedGroup } from './footer.ts';
import { writePageIndexes } from './page-indexes.ts';
import { findSortedColumns } from './sorted-columns.ts';
import { GroupBorders, type GroupShare } from './group-borders.ts';
import { GroupMemory } from './kernel/group-memory.ts';
import { joinSpellings } from '../../schema/time-text.ts';

/** Options of {@link createParquetEncoder}. */
export interface ParquetEncodeOptions extends ParquetSettings {
  /** Rows of a row group at most; 262,144 by default (about 16 MB in memory for nine columns). The last may be smaller. */
  readonly rowGroupRows?: number;
  /** Whether row groups end where items and windows do (`GroupBorders`); by default unless `rowGroupRows` is given. */
  readonly groupBorders?: boolean;
  /** By time column bits of `timeSpellings`, where the caller knows better than the batches; asked at the end. */
  readonly spellings?: ReadonlyMap<string, number>;
  /** Whether the file represents a CSV part of zero bytes; then nothing is encoded. */
  readonly zeroBytes?: boolean;
  /** Called where the texts of a row group are so long that it ends early, after a row that depends on the batches. */
  readonly onLongTexts?: () => void;
  /** Takes note of a loss, which otherwise is `VALUE_NOT_RESTORABLE`. */
  readonly onLoss?: (loss: EncodingLoss) => void;
}

const defaultRows = 262_144;
/** A row group ends once its distinct texts have as many bytes. */
const mostTextBytes = 64 * 1024 * 1024;
const magic = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

/**
 * Makes an encoder of one Parquet part, the mirror of `decodeParquet`: text as UTF-8 through a dictionary, times as
 * TIMESTAMP_MILLIS in UTC, numbers as optional DOUBLE, a CRC-32 on each page; and in the footer what it takes to restore
 * the text of a CSV part, and checksums of every chunk and of the footer itself (`file-notes.ts`). Empty cells and
 * `not defined` are null; the notes say which of the two for each column. One row group is in memory.
 *
 * @throws from `encode` `VALUE_NOT_RESTORABLE` where a column holds both empty cells and `not defined`.
 */
export async function createParquetEncoder(
  schema: TableSchema,
  options: ParquetEncodeOptions = {},
): Promise<PartEncoder> {
  return new ParquetEncoder(
    schema,
    options,
    await loadPacking(options.compression ?? 'snappy', options.compressionLevel),
  );
}

type NullKind = typeof stateNull | typeof stateNotDefined;

class ParquetEncoder implements PartEncoder {
  readonly #schema: TableSchema;
  readonly #options: ParquetEncodeOptions;
  readonly #memory: GroupMemory;
  readonly #out: FileBytes;
  readonly #chunks: ChunkEncoder;
  readonly #buffers: readonly ColumnBuffer[];
  readonly #groups: EncodedGroup[] = [];
  /** By time column the spellings of the batches. */
  readonly #spellings = new Map<string, number>();
  /** By number column which kind of null came first. */
  readonly #nulls = new Map<string, NullKind>();
  readonly #capacity: number;
  readonly #borders: GroupBorders | undefined;
  #rows = 0;

  constructor(schema: TableSchema, options: ParquetEncodeOptions, packing: Packing) {
    this.#schema = schema;
    this.#options = options;
    this.#capacity = options.rowGroupRows ?? defaultRows;
    const hasBorders = options.groupBorders ?? options.rowGroupRows === undefined;
    this.#borders = hasBorders ? new GroupBorders(schema, this.#capacity) : undefined;
    this.#memory = new GroupMemory(schema.columns, this.#capacity);
    this.#out = new FileBytes(this.#memory);
    this.#chunks = new ChunkEncoder(this.#memory, this.#out, packing, options);
    this.#buffers = schema.columns.flatMap((column, index) => {
      const regions = this.#memory.columns[index];
      return regions === undefined ? [] : [new ColumnBuffer(column, regions, this.#memory)];
    });
  }

  start(): Uint8Array {
    return this.#run(() => {
      this.#out.begin(this.#memory.free);
      this.#out.append(magic);
    });
  }

  encode(batch: ColumnBatch): Uint8Array {
    return this.#run(() => {
      for (const column of this.#schema.columns) this.#look(column, batch);
      for (let from = 0; from < batch.rows;) {
        const { to, ends } = this.#shareOf(batch, from);
        this.#out.setAside();
        if (to > from) {
          for (const buffer of this.#buffers) buffer.take(columnOf(batch, buffer.column), from, to, this.#rows);
        }
        this.#rows += to - from;
        from = to;
        const isLong = this.#memory.textBytes > mostTextBytes;
        if (isLong) this.#options.onLongTexts?.();
        if (isLong || ends) this.#endGroup();
      }
    });
  }

  finish(): Uint8Array {
    return this.#run(() => {
      if (this.#rows > 0) this.#endGroup();
      else this.#out.begin(this.#memory.free);
      this.#out.append(this.#end());
    });
  }

  release(): void {
    this.#memory.release();
  }

  /** Does a piece of work; returns the bytes that are ready. A kernel that traps is not used again. */
  #run(work: () => void): Uint8Array {
    if (this.#memory.released) throw new TypeError('the encoder has been released');
    try {
      work();
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#memory.release(true);
      throw kernelFailed('the Parquet kernel', undefined, error);
    }
    return this.#out.take();
  }

  #shareOf(batch: ColumnBatch, from: number): GroupShare {
    if (this.#borders !== undefined) return this.#borders.share(batch, from, this.#rows);
    const full = from + this.#capacity - this.#rows;
    return { to: Math.min(batch.rows, full), ends: batch.rows >= full };
  }

  /** Takes note of a column's spelling and nulls. */
  #look(schema: ColumnSchema, batch: ColumnBatch): void {
    const column = columnOf(batch, schema);
    if (column.kind === 'time') {
      this.#spellings.set(schema.name, joinSpellings(this.#spellings.get(schema.name) ?? 0, column.spellings));
    }
    if (column.kind !== 'number') return;
    const { empty, notDefined } = this.#memory.countNulls(column.states, batch.rows);
    if (empty + notDefined === 0) return;
    const first = this.#nulls.get(schema.name) ?? (notDefined === 0 ? stateNull : stateNotDefined);
    if ((first === stateNull ? notDefined : empty) === 0) this.#nulls.set(schema.name, first);
    else this.#lookAtNulls(schema, column, batch);
  }

  /** Takes note of each null of another kind than the column's first. */
  #lookAtNulls({ name }: ColumnSchema, { states }: NumberColumn, batch: ColumnBatch): void {
    for (let row = 0; row < batch.rows; row++) {
      const state = states[row];
      if (state !== stateNull && state !== stateNotDefined) continue;
      const first = this.#nulls.get(name) ?? state;
      this.#nulls.set(name, first);
      if (first === state) continue;
      this.#lose({ kind: 'nulls', record: batch.firstRecord + row, column: name, reason: mixedNulls });
    }
  }

  #lose(loss: EncodingLoss): void {
    if (this.#options.onLoss !== undefined) return this.#options.onLoss(loss);
    const position = { record: loss.record, ...given({ column: loss.column }) };
    throw new BacktestExportError('VALUE_NOT_RESTORABLE', loss.reason, { position });
  }

  #endGroup(): void {
    // pages of numbers are made where the cells are, and overwrite some
    const sortedBy = findSortedColumns(this.#memory, this.#buffers, this.#rows);
    this.#groups.push({ chunks: this.#chunks.append(this.#buffers, this.#rows), sortedBy });
    this.#rows = 0;
    this.#memory.clear();
    for (const buffer of this.#buffers) buffer.clear();
  }

  /** What follows the last chunk: page indexes, footer, magic. */
  #end(): Uint8Array {
    const notDefined = new Set([...this.#nulls].flatMap(([name, kind]) => (kind === stateNotDefined ? [name] : [])));
    const end = new ByteSink(1 << 12);
    const chunks = this.#groups.flatMap((group) => group.chunks);
    const indexes = writePageIndexes(end, chunks, this.#out.position);
    const endNote = { bytes: end.length, sum: checksum(end.view()) };
    writeFooter(end, {
      columns: this.#schema.columns,
      groups: this.#groups,
      indexes,
      notes: {
        spellings: this.#options.spellings ?? this.#spellings,
        notDefined,
        zeroBytes: this.#options.zeroBytes ?? false,
      },
      end: endNote,
    });
    end.append(magic);
    return end.view();
  }
}

const mixedNulls =
  "the column has both empty cells and 'not defined', which are the same null in Parquet: the text could not be restored";
