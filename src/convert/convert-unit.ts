import { ContentSum } from '../batch/content-sum.ts';
import { FirstSpellings } from '../batch/first-spellings.ts';
import { guardFormulas } from '../batch/guard-formulas.ts';
import type { ColumnBatch } from '../batch/column-batch.ts';
import { BacktestExportError } from '../errors.ts';
import type { PartFile } from '../export/export-catalog.ts';
import { readPart } from '../export/read-part.ts';
import type { Task, TaskContext, TaskResult } from '../parallel/task.ts';
import type { TableSchema } from '../schema/schema.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { Storage, StorageTransfer } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { LossList } from './loss-list.ts';
import { proveFiles } from './prove-files.ts';
import { openTextCheck } from './text-check.ts';
import type { UnitInput, UnitOutput } from './unit.ts';
import { UnitWriter } from './unit-writer.ts';

/**
 * Converts one unit and proves it: what was written is read back, and its rows and the checksums of its columns are
 * compared with those of what was read. Nothing gets its final name here, and after an error nothing is left.
 *
 * @throws what decoding throws; `VALUE_NOT_RESTORABLE`; `CONVERSION_UNPROVEN`; `WRITE_FAILED`, `FILE_EXISTS`.
 */
export async function convertUnit(input: UnitInput, context: TaskContext): Promise<TaskResult<UnitOutput>> {
  const run = new UnitRun(input, context);
  try {
    return { output: await run.run() };
  } catch (error) {
    await run.discard();
    throw error;
  }
}

/** {@link convertUnit} for any thread. */
export const convertUnitTask: Task<UnitInput, UnitOutput> = {
  module: import.meta.url,
  name: 'convertUnit',
  run: convertUnit,
};

class UnitRun {
  readonly #input: UnitInput;
  readonly #context: TaskContext;
  readonly #source: Storage;
  readonly #destination: Storage;
  readonly #losses: LossList;
  readonly #spellings = new FirstSpellings();
  readonly #writer: UnitWriter;
  #sums: UnitSums;
  #guarded = 0;

  constructor(input: UnitInput, context: TaskContext) {
    this.#input = input;
    this.#context = context;
    this.#source = openEither(input.source);
    this.#destination = withSignal(openEither(input.destination), context.signal);
    this.#losses = new LossList(input.table, !input.lossy);
    this.#writer = new UnitWriter(this.#destination, input, this.#spellings.map, this.#losses);
    this.#sums = startSums(input.expected.schema);
  }

  async run(): Promise<UnitOutput> {
    const { parts, format } = this.#input;
    for (const part of parts) await this.#convertPart(part);
    const files = await this.#writer.finish();
    const losses = this.#losses.list();
    const oneNull = losses.some(({ kind }) => kind === 'nulls');
    const otherSpelling = losses.some(({ kind }) => kind === 'spelling' || kind === 'dialect');
    const { schema, exact, oneNull: merged } = this.#sums;
    const sums = (oneNull ? merged : exact).take();
    const spellings = otherSpelling ? new Map<string, number>() : this.#spellings.map;
    const { signal } = this.#context;
    await proveFiles(this.#destination, files, { format, sums, schema, spellings, oneNull, signal });
    const bytes = parts.reduce((total, { size }) => total + size, 0);
    this.#context.onBytes(bytes - Math.floor(bytes / 2));
    return { files, sums, losses, guarded: this.#guarded };
  }

  async discard(): Promise<void> {
    await this.#writer.discard();
  }

  async #convertPart(part: PartFile): Promise<void> {
    const { expected, decode, target } = this.#input;
    // rows that are dealt out anew get the columns of the first part, in its order
    const columns = target.kind === 'split' ? { columns: columnNames(expected.schema) } : {};
    const options = { ...decode, ...columns, signal: this.#context.signal };
    const batches = readPart(this.#source, part, expected, options, (found) => {
      if (target.kind === 'file') this.#sums = startSums(found);
    });
    const check = await openTextCheck(this.#source, part, decode, this.#spellings, this.#losses, this.#context.signal);
    const told = new HalfProgress(part.size, this.#context);
    try {
      let next = await batches.next();
      for (; next.done !== true; next = await batches.next()) {
        await check.add(next.value);
        await this.#take(next.value, part);
        told.add(next.value.rows);
      }
      await check.finish(next.value?.records ?? 0);
      const zeroBytes = next.value === undefined || next.value.zeroBytes === true;
      if (target.kind === 'file') await this.#writer.endPart(this.#sums.schema, zeroBytes);
    } catch (error) {
      throw inFile(error, part.path);
    } finally {
      await batches.return(undefined).catch(() => undefined);
      await check.close();
    }
    told.end();
  }

  async #take(batch: ColumnBatch, part: PartFile): Promise<void> {
    const { guardFormulas: guard, format } = this.#input;
    const { schema, exact, oneNull } = this.#sums;
    const guarded = guard && format === 'CSV' ? guardFormulas(batch) : { batch, guarded: 0 };
    this.#guarded += guarded.guarded;
    exact.add(guarded.batch);
    if (this.#input.lossy) oneNull.add(guarded.batch);
    await this.#writer.write(guarded.batch, schema, part.path);
  }
}

/** What is counted of a unit's rows, in the columns of its one part or of the table. */
interface UnitSums {
  readonly schema: TableSchema;
  readonly exact: ContentSum;
  /** With empty cells and `not defined` as one; only where losses are allowed. */
  readonly oneNull: ContentSum;
}

function startSums(schema: TableSchema): UnitSums {
  const { columns } = schema;
  return { schema, exact: new ContentSum(columns), oneNull: new ContentSum(columns, { oneNull: true }) };
}

/** An encoder knows the record of what it refuses, but not the file. */
function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof BacktestExportError) || error.position.file !== undefined) return error;
  return new BacktestExportError(error.code, error.problem, { position: { file, ...error.position }, cause: error });
}

function openEither(storage: StorageTransfer | Storage): Storage {
  return 'list' in storage ? storage : openTransferred(storage);
}

function columnNames(schema: TableSchema): string[] {
  return schema.columns.map(({ name }) => name);
}

/** Progress within a part is told by rows, and a part counts half while it is converted. */
class HalfProgress {
  readonly #half: number;
  readonly #context: TaskContext;
  #told = 0;

  constructor(size: number, context: TaskContext) {
    this.#half = Math.floor(size / 2);
    this.#context = context;
  }

  add(rows: number): void {
    this.#tell(Math.min(this.#half, this.#told + rows * approximateHalfRow));
  }

  end(): void {
    this.#tell(this.#half);
  }

  #tell(bytes: number): void {
    this.#context.onBytes(bytes - this.#told);
    this.#told = bytes;
  }
}

const approximateHalfRow = 75;
