import type { ConversionResult, ConvertOptions } from '../convert/conversion.ts';
import { convertOpened } from '../convert/convert-opened.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { openFound } from '../export/open-export.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { given } from '../given.ts';
import { formatRecordName } from '../naming/record-name.ts';
import { openBelow } from '../storage/open-below.ts';
import type { Storage } from '../storage/storage.ts';
import { formatRecord } from './conversion-record.ts';
import type { ConvertExportsOptions, ExportOutcome } from './conversions.ts';
import { judgeExisting, type Existing } from './judge-existing.ts';
import { outcomeOf, plainError } from './outcomes.ts';
import type { PlannedConversion } from './plan-conversions.ts';

/** Looks at each destination, then converts what is to be converted, one export after another. */
export class ConversionRun {
  readonly #planned: readonly PlannedConversion[];
  readonly #destination: Storage;
  readonly #options: ConvertExportsOptions;
  readonly #outcomes: ExportOutcome[] = [];
  #stopped = false;
  #bytesDone = 0;
  #exportsDone = 0;

  constructor(planned: readonly PlannedConversion[], destination: Storage, options: ConvertExportsOptions) {
    this.#planned = planned;
    this.#destination = destination;
    this.#options = options;
  }

  /** Returns what became of each export, in order; `failed` says that something failed before. @throws the signal's reason */
  async run(failed: boolean): Promise<readonly ExportOutcome[]> {
    const { failFast = false, dryRun = false, onProgress } = this.#options;
    this.#stopped = failFast && failed;
    const due: { readonly index: number; readonly reason: string | null }[] = [];
    for (const [index, planned] of this.#planned.entries()) {
      const decided = await this.#decide(planned);
      if ('due' in decided) due.push({ index, reason: decided.due });
      else this.#settle(index, decided);
    }
    const totals = { totalBytes: this.#bytesOf(due.map(({ index }) => index)), totalExports: due.length };
    for (const { index, reason } of due) {
      const planned = this.#planned[index];
      if (planned === undefined) continue;
      const destination = this.#below(planned).location;
      if (this.#stopped) this.#settle(index, outcomeOf(planned, destination, 'not-started'));
      else if (dryRun) this.#settle(index, outcomeOf(planned, destination, 'planned', reason));
      else {
        const tell = (bytes: number): void =>
          onProgress?.({ bytes: this.#bytesDone + bytes, exports: this.#exportsDone, ...totals });
        this.#settle(index, await this.#convert(planned, reason, tell));
        this.#bytesDone += planned.bytes;
        this.#exportsDone += 1;
        tell(0);
      }
    }
    return this.#outcomes;
  }

  #settle(index: number, outcome: ExportOutcome): void {
    this.#outcomes[index] = outcome;
    if (outcome.status === 'failed' && this.#options.failFast === true) this.#stopped = true;
    this.#options.onExport?.(outcome);
  }

  /** Whether an export is to be converted, and why if another one is replaced; or what became of it otherwise. */
  async #decide(planned: PlannedConversion): Promise<ExportOutcome | { readonly due: string | null }> {
    const { overwrite = false, skipExisting = false, dryRun = false, signal } = this.#options;
    signal?.throwIfAborted();
    const destination = this.#below(planned);
    const { location } = destination;
    if (this.#stopped) return outcomeOf(planned, location, 'not-started');
    let existing: Existing;
    try {
      existing = await judgeExisting(planned.found, destination, this.#each());
      // a process that was killed right after it had published left its notes
      if (existing.state === 'proven' && existing.hidden && !dryRun) await settleFolder(destination);
    } catch (error) {
      return this.#failed(planned, location, error);
    }
    if (existing.state === 'none') return { due: null };
    if (existing.state === 'proven') return outcomeOf(planned, location, 'unchanged');
    if (skipExisting) return outcomeOf(planned, location, 'skipped', existing.reason);
    if (overwrite) return { due: existing.reason };
    const { jobName = '', exportedAtText } = planned.found;
    const problem =
      `expected a folder without this export, found ${quoteText(jobName)} of ${exportedAtText} in ${quoteText(location)}, ` +
      `which does not count as done: ${existing.reason}; it can be replaced (overwrite) or left (skipExisting)`;
    return this.#failed(planned, location, new BacktestExportError('EXPORT_EXISTS', problem));
  }

  async #convert(
    planned: PlannedConversion,
    reason: string | null,
    tell: (bytes: number) => void,
  ): Promise<ExportOutcome> {
    const { catalog, found } = planned;
    const { jobName = '', exportedAt = new Date(0) } = found;
    const destination = this.#below(planned);
    const options = this.#each();
    try {
      // alone in the catalog: nothing is left to choose
      const { jobName: _job, exportedAt: _time, s3: _s3, ...reading } = options.open ?? {};
      const opening = { ...given({ signal: options.signal }), ...reading };
      const opened = await openFound({ ...catalog, exports: [found] }, opening);
      const result = await convertOpened(
        opened,
        destination,
        { ...options, onProgress: ({ bytes }) => tell(bytes) },
        {
          record: (made, files) => ({
            path: formatRecordName(jobName, exportedAt),
            text: formatRecord(found, options, made, files),
          }),
        },
      );
      return this.#done(planned, result, reason);
    } catch (error) {
      return this.#failed(planned, destination.location, error);
    }
  }

  #done(planned: PlannedConversion, result: ConversionResult, reason: string | null): ExportOutcome {
    const status = reason === null ? 'converted' : 'replaced';
    return { ...outcomeOf(planned, result.destination, status, reason), result };
  }

  /** @throws the signal's reason, and what is no error of this library */
  #failed(planned: PlannedConversion, destination: string, error: unknown): ExportOutcome {
    this.#options.signal?.throwIfAborted();
    if (!(error instanceof BacktestExportError)) throw error;
    return { ...outcomeOf(planned, destination, 'failed'), error: plainError(error) };
  }

  #below({ to }: PlannedConversion): Storage {
    return openBelow(this.#destination, to);
  }

  #bytesOf(indexes: readonly number[]): number {
    return indexes.reduce((sum, index) => sum + (this.#planned[index]?.bytes ?? 0), 0);
  }

  /** The options of one conversion. */
  #each(): ConvertOptions {
    const { layout: _l, depth: _d, maxFolders: _m, skipExisting: _s, dryRun: _r, ...rest } = this.#options;
    const { failFast: _f, onExport: _e, onProgress: _p, ...options } = rest;
    return options;
  }
}
