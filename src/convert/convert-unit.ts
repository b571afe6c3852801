import { ContentSum } from '../batch/hash/content-sum.ts';
import { FirstSpellings } from '../batch/hash/first-spellings.ts';
import { guardFormulas } from '../batch/columns/guard-formulas.ts';
import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import type { BatchText, PartNotes } from '../batch/decode-options.ts';
import { CsvTextCheck } from '../csv/check-text.ts';
import { BacktestExportError } from '../errors.ts';
import { openPart, readPart, type PartSource } from '../export/parts/part-source.ts';
import { proveFiles } from '../export/write/prove-files.ts';
import type { Task, TaskContext, TaskResult } from '../parallel/task.ts';
import type { TableSchema } from '../schema/schema.ts';
import { openTransferred } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import { renameColumns } from '../schema/column-names.ts';
import { LossList } from './loss-list.ts';
import { proveAndSync } from './prove-and-sync.ts';
import { renameBatch } from './rename-batch.ts';
import type { UnitInput, UnitOutput } from './unit.ts';
import { UnitWriter } from './unit-writer.ts';

/**
 * Converts one unit and proves it: the written files are read back, and their rows and the checksums of their columns are
 * compared with those of the source. Nothing gets its final name here, and after an error nothing is left.
 *
 * @throws what decoding throws; `VALUE_NOT_RESTORABLE`; `CONVERSION_UNPROVEN`; `WRITE_FAILED`, `FILE_EXISTS`.
 */
export async function convertUnit(input: UnitInput, context: TaskContext): Promise<TaskResult<UnitOutput>> {
  return { output: await new UnitRun(input, context).run() };
}

/** {@link convertUnit} for any thread. */
export const convertUnitTask: Task<UnitInput, UnitOutput> = {
  name: 'convertUnit',
  waits: true,
  effort: 5,
  run: convertUnit,
};

class UnitRun {
  readonly #input: UnitInput;
  readonly #context: TaskContext;
  readonly #destination: Storage;
  readonly #losses: LossList;
  readonly #spellings = new FirstSpellings();
  readonly #writer: UnitWriter;
  #sums: UnitSums;
  /** The columns of what is being read; `#sums` has those that are written. */
  #schema: TableSchema;
  #guarded = 0;
  #bytesRead = 0;
  #bytesTold = 0;

  constructor(input: UnitInput, context: TaskContext) {
    this.#input = input;
    this.#context = context;
    this.#destination = withSignal(openTransferred(input.destination), context.signal);
    this.#losses = new LossList(input.table, !input.lossy);
    this.#writer = new UnitWriter(this.#destination, input, this.#spellings.map, this.#losses);
    this.#schema = input.schema;
    this.#sums = startSums(renameColumns(input.schema, input.columnNames));
  }

  async run(): Promise<UnitOutput> {
    try {
      return await this.#convert();
    } catch (error) {
      await this.#writer.discard();
      throw error;
    }
  }

  async #convert(): Promise<UnitOutput> {
    const { sources, format, target } = this.#input;
    for (const source of sources) await this.#convertPart(source);
    if (target.kind === 'joined') await this.#writer.endPart(this.#sums.schema, false);
    const files = await this.#writer.finish();
    const losses = this.#losses.list();
    const oneNull = losses.some(({ kind }) => kind === 'nulls');
    const otherSpelling = losses.some(({ kind }) => kind === 'spelling' || kind === 'dialect');
    const { schema, exact, oneNull: merged } = this.#sums;
    const sums = (oneNull ? merged : exact).take();
    const spellings = otherSpelling ? new Map<string, number>() : this.#spellings.map;
    const { signal } = this.#context;
    const proof = proveFiles(this.#destination, files, { format, sums, schema, spellings, oneNull, signal });
    await proveAndSync(proof, this.#writer.synced());
    this.#tell(this.#bytesRead);
    return { files, sums, losses, guarded: this.#guarded };
  }

  async #convertPart(source: PartSource): Promise<void> {
    const { schema, target, columnNames } = this.#input;
    const { path } = source.part;
    const { signal, takeRoom } = this.#context;
    const check = await this.#openCheck(source);
    const seen: PartNotes[] = [];
    let text: BatchText | undefined;
    try {
      const head = check === undefined ? source.head : { schema: check.header.schema, header: check.header };
      const batches = readPart(
        { ...source, head },
        {
          // rows that are redistributed get the columns of the first part, in its order
          columns: target.kind !== 'file' ? schema.columns.map(({ name }) => name) : undefined,
          signal,
          takeRoom,
          onBytes: (bytes) => this.#tell(Math.floor((this.#bytesRead += bytes) / 2)),
          onSchema: (found) => {
            if (target.kind !== 'file') return;
            this.#schema = found;
            this.#sums = startSums(renameColumns(found, columnNames));
          },
          onNotes: (found) => seen.push(found),
          file: check?.sharedFile,
          onText: check === undefined ? undefined : (found) => (text = found),
        },
      );
      for await (const batch of batches) {
        this.#spellings.look(batch);
        await check?.add(batch, text);
        await this.#take(batch, path);
      }
      const [notes] = seen;
      await check?.finish(notes?.records ?? 0);
      if (target.kind !== 'file') return;
      await this.#writer.endPart(this.#sums.schema, notes === undefined || notes.zeroBytes === true);
    } catch (error) {
      throw inFile(error, path);
    } finally {
      await check?.close();
    }
  }

  /** Compares the part with what would be written of it; undefined where there is no text of Forecast's own dialect. */
  async #openCheck(source: PartSource): Promise<CsvTextCheck | undefined> {
    const { part, decode, head } = source;
    if (part.format !== 'CSV' || part.size === 0) return undefined;
    if (decode.dialect !== undefined) {
      this.#losses.noteDialect(part.path);
      return undefined;
    }
    const { signal } = this.#context;
    return CsvTextCheck.open(await openPart(source, { signal }), {
      header: head?.header,
      spellings: this.#spellings.map,
      onLoss: (loss) => this.#losses.add(part.path, loss),
      columnRules: decode.columnRules,
      signal,
    });
  }

  async #take(batch: ColumnBatch, file: string): Promise<void> {
    const { guardFormulas: guard, format } = this.#input;
    const { schema, exact, oneNull } = this.#sums;
    const renamed = renameBatch(batch, this.#schema, schema);
    if (renamed !== batch) this.#spellings.look(renamed);
    const guarded = guard && format === 'CSV' ? guardFormulas(renamed) : { batch: renamed, guarded: 0 };
    this.#guarded += guarded.guarded;
    exact.add(guarded.batch);
    if (this.#input.lossy) oneNull.add(guarded.batch);
    await this.#writer.write(guarded.batch, schema, file);
  }

  /** A byte counts half when it is converted, and fully when that is proven. */
  #tell(bytes: number): void {
    this.#context.onBytes(bytes - this.#bytesTold);
    this.#bytesTold = bytes;
  }
}

/** The checksums of a unit's rows, in the columns of its one part or of the table. */
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
