import { ByteSink } from '../batch/byte-sink.ts';
import { columnOf, stateValue, type Column, type ColumnBatch } from '../batch/columns/column-batch.ts';
import { kernelFailed } from '../batch/kernel-errors.ts';
import type { PartEncoder } from '../batch/part-encoder.ts';
import { BacktestExportError } from '../errors.ts';
import { given } from '../given.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';
import { usualSpelling } from '../schema/time-text.ts';
import { encodeTexts, quoteField, type CsvTexts } from './encode-texts.ts';
import { csvKernels, kernelKind, type CsvKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';
import { Regions } from './kernel/regions.ts';

/** Options of {@link createCsvEncoder}. */
export interface CsvEncodeOptions {
  /**
   * Bits of `timeSpellings` by time column, if the caller knows them better than the batches; read again for each batch.
   */
  readonly spellings?: ReadonlyMap<string, number>;
  /** The most bytes of a record, its line end not counted; default no limit. */
  readonly recordLimit?: number;
}

/** Room after every region, since the kernel copies whole vectors. */
const room = 64;
/** The most rows given to the kernel at a time. */
const mostRows = 4096;
/** Bytes for the kernel's output: more than these rows need in most exports. */
const outputBytes = 1 << 20;

/**
 * Makes an encoder of one CSV part, the mirror of `decodeCsv`: text exactly as Forecast writes it. Numbers have Java's
 * layout, with the fewest digits that read back to the same double; times are spelled as the batches say, or else as in
 * published exports; lines end in LF; a field is quoted only if it must be; an empty cell is written as nothing, `not
 * defined` as these words. Every value that a batch can hold can be restored from it.
 *
 * @throws from `encode`: `TIME_INVALID` for a time outside the years 1 to 9999, which CSV cannot hold;
 * `CSV_RECORD_TOO_LONG` beyond `recordLimit`
 */
export async function createCsvEncoder(schema: TableSchema, options: CsvEncodeOptions = {}): Promise<PartEncoder> {
  return new CsvEncoder(schema, options, csvKernels.acquire(map.COLUMNS));
}

class CsvEncoder implements PartEncoder {
  readonly #schema: TableSchema;
  readonly #options: CsvEncodeOptions;
  /** Collects the pieces of a batch whose text does not fit the kernel's output in one go. */
  readonly #overflow = new ByteSink();
  #kernel: CsvKernel | undefined;

  constructor(schema: TableSchema, options: CsvEncodeOptions, kernel: CsvKernel) {
    this.#schema = schema;
    this.#options = options;
    this.#kernel = kernel;
  }

  start(): Uint8Array {
    return encodeHeader(this.#schema);
  }

  encode(batch: ColumnBatch): Uint8Array {
    const kernel = this.#kernel;
    if (kernel === undefined) throw new TypeError('the encoder has been released');
    const run = new BatchRun(kernel, this.#schema.columns, batch, this.#options, () => {
      this.#kernel = undefined; // it trapped and must not be used again
    });
    this.#overflow.clear();
    for (;;) {
      const bytes = run.next();
      if (run.finished && this.#overflow.length === 0) return bytes;
      this.#overflow.append(bytes);
      if (run.finished) return this.#overflow.view();
    }
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  release(): void {
    if (this.#kernel !== undefined) csvKernels.release(this.#kernel);
    this.#kernel = undefined;
  }
}

/** The header record of a table, with its line end. */
export function encodeHeader(schema: TableSchema): Uint8Array {
  const names = schema.columns.map(({ name }) => quoteField(name));
  return new TextEncoder().encode(`${names.join(',')}\n`);
}

/** One column of the batch and its place in the kernel's memory. */
interface PlacedColumn {
  readonly schema: ColumnSchema;
  readonly column: Column;
  readonly texts: CsvTexts | undefined;
  readonly descriptor: number;
  readonly values: number;
  readonly states: number;
  readonly offsets: number;
  readonly bytes: number;
  readonly cache: number;
}

/** One batch on its way through the kernel. */
class BatchRun {
  readonly #kernel: CsvKernel;
  readonly #batch: ColumnBatch;
  readonly #columns: readonly PlacedColumn[];
  readonly #view: DataView;
  readonly #memory: Uint8Array;
  readonly #output: number;
  readonly #onTrap: () => void;
  readonly #recordLimit: number;
  /** Where a record may be too long, the kernel is given one after another. */
  readonly #rowsAtOnce: number;
  /** How many rows of the batch the kernel has been given, and the first of those it is working on. */
  #given = 0;
  #from = 0;

  constructor(
    kernel: CsvKernel,
    columns: readonly ColumnSchema[],
    batch: ColumnBatch,
    { spellings, recordLimit = Infinity }: CsvEncodeOptions,
    onTrap: () => void,
  ) {
    this.#kernel = kernel;
    this.#onTrap = onTrap;
    this.#batch = batch;
    const regions = new Regions(columns.length, room);
    const rows = Math.min(batch.rows, mostRows);
    this.#columns = columns.map((schema, index) => placeColumn(schema, batch, rows, index, regions));
    const rowLimit = this.#columns.reduce((sum, { texts }) => sum + (texts?.longest ?? 0) + longestField, 0);
    const length = Math.max(outputBytes, 2 * rowLimit);
    this.#recordLimit = recordLimit;
    this.#rowsAtOnce = rowLimit > recordLimit ? 1 : mostRows;
    this.#output = regions.take(length);
    csvKernels.grow(kernel, regions.next);
    this.#view = new DataView(kernel.memory.buffer);
    this.#memory = new Uint8Array(kernel.memory.buffer);
    this.#put(map.FIELDS, columns.length);
    this.#put(map.ROW, 0);
    this.#put(map.ROWS, 0);
    this.#put(map.OUT_END, this.#output + length);
    this.#put(map.ROW_LIMIT, rowLimit);
    for (const placed of this.#columns) this.#describe(placed, spellings?.get(placed.schema.name));
  }

  get finished(): boolean {
    return this.#given === this.#batch.rows && this.#get(map.ROW) === this.#get(map.ROWS);
  }

  /** The next bytes: as many as fit into the output. */
  next(): Uint8Array {
    if (this.#get(map.ROW) === this.#get(map.ROWS)) this.#give();
    this.#put(map.OUT, this.#output);
    if (this.#encode() === map.BAD_TIME) throw this.#badTime();
    const bytes = this.#memory.subarray(this.#output, this.#get(map.OUT));
    if (this.#rowsAtOnce === 1 && bytes.length - 1 > this.#recordLimit) throw this.#tooLong(bytes.length - 1);
    return bytes;
  }

  #encode(): number {
    try {
      return this.#kernel.encode();
    } catch (error) {
      this.#onTrap();
      throw kernelFailed('the CSV kernel', undefined, error);
    }
  }

  /** Gives the kernel the next rows of the batch. */
  #give(): void {
    this.#from = this.#given;
    const to = Math.min(this.#batch.rows, this.#from + this.#rowsAtOnce);
    for (const { column, values, states } of this.#columns) {
      if (column.kind === 'text') {
        new Int32Array(this.#memory.buffer, values, to - this.#from).set(column.codes.subarray(this.#from, to));
      } else {
        new Float64Array(this.#memory.buffer, values, to - this.#from).set(column.values.subarray(this.#from, to));
        this.#memory.set(column.states.subarray(this.#from, to), states);
      }
    }
    this.#put(map.ROW, 0);
    this.#put(map.ROWS, to - this.#from);
    this.#given = to;
  }

  #describe({ schema, column, texts, descriptor, ...placed }: PlacedColumn, given: number | undefined): void {
    this.#put(descriptor + map.KIND, kernelKind(schema, true));
    this.#put(descriptor + map.VALUES, placed.values);
    this.#put(descriptor + map.STATES, placed.states);
    this.#put(descriptor + map.OFFSETS, placed.offsets);
    this.#put(descriptor + map.BYTES, placed.bytes);
    this.#put(descriptor + map.LAST_LENGTH, 0);
    this.#put(descriptor + map.LAST_TEXT, placed.cache);
    if (column.kind === 'time') {
      const spelling = given ?? column.spellings;
      this.#put(descriptor + map.SPELLINGS, spelling === 0 ? usualSpelling(schema.role) : spelling);
    }
    if (texts === undefined) return;
    this.#memory.set(texts.bytes, placed.bytes);
    new Uint32Array(this.#memory.buffer, placed.offsets, texts.offsets.length).set(texts.offsets);
  }

  #tooLong(bytes: number): BacktestExportError {
    const problem = `expected a record of at most ${this.#recordLimit} bytes, found ${bytes}`;
    const position = { record: this.#batch.firstRecord + this.#from };
    return new BacktestExportError('CSV_RECORD_TOO_LONG', problem, { position });
  }

  #badTime(): BacktestExportError {
    const row = this.#from + this.#get(map.ROW);
    const found = this.#columns.find(
      ({ column }) =>
        column.kind === 'time' && column.states[row] === stateValue && !canBeSpelled(column.values[row] ?? Number.NaN),
    );
    const value = found?.column.kind === 'time' ? found.column.values[row] : undefined;
    const problem = `expected a time between the years 1 and 9999, found ${value} milliseconds since 1970`;
    const position = { record: this.#batch.firstRecord + row, ...given({ column: found?.schema.name }) };
    return new BacktestExportError('TIME_INVALID', problem, { position });
  }

  #put(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }

  #get(address: number): number {
    return this.#view.getUint32(address, true);
  }
}

/** The most bytes of a number or time with what follows it. */
const longestField = 32;
/** 0001-01-01T00:00:00 and 9999-12-31T23:59:59.999, in milliseconds since 1970. */
const earliest = -62_135_596_800_000;
const latest = 253_402_300_799_999;

function canBeSpelled(time: number): boolean {
  return time >= earliest && time <= latest && Number.isInteger(time);
}

function placeColumn(
  schema: ColumnSchema,
  batch: ColumnBatch,
  rows: number,
  index: number,
  regions: Regions,
): PlacedColumn {
  const column = columnOf(batch, schema);
  const texts = column.kind === 'text' ? encodeTexts(column.dictionary) : undefined;
  return {
    schema,
    column,
    texts,
    descriptor: map.COLUMNS + index * map.COLUMN_BYTES,
    values: regions.take(rows * (texts === undefined ? 8 : 4)),
    states: texts === undefined ? regions.take(rows) : 0,
    offsets: texts === undefined ? 0 : regions.take(texts.offsets.length * 4),
    bytes: texts === undefined ? 0 : regions.take(texts.bytes.length),
    cache: column.kind === 'time' ? regions.take(32) : 0,
  };
}
