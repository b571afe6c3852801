import type { ConversionResult, ConvertOptions } from '../convert/conversion.ts';
import { convertOpened } from '../convert/convert-opened.ts';
import { BacktestExportError, quoteText } from '../errors.ts';
import { openFound } from '../export/open-export.ts';
import { settleFolder } from '../export/swap/settle-folder.ts';
import { given } from '../given.ts';
import { formatRecordName } from '../naming/record-name.ts';
import { inParallel } from '../storage/in-parallel.ts';
import { openBelow } from '../storage/open-below.ts';
import type { Storage } from '../storage/storage.ts';
import { formatRecord } from './conversion-record.ts';
import type { ConvertExportsOptions, ExportOutcome } from './conversions.ts';
import { judgeExisting, type Existing } from './judge-existing.ts';
import { outcomeOf, plainError } from './outcomes.ts';
import type { PlannedConversion } from './plan-conversions.ts';
import { InOrder, sideBySide, type Load, type MostLoad } from './side-by-side.ts';

/**
 * What is converted at a time where every request to another machine has to be waited for: small exports side by side, so that their
 * bytes in memory and their requests stay bounded; a large one has all of it to itself.
 */
const mostFar: MostLoad = { items: 16, bytes: 16_000_000, parts: 96 };
/** On one machine nothing waits: one after another. */
const mostNear: MostLoad = { items: 1, bytes: Infinity, parts: Infinity };
/** Destinations that are looked at together. */
const mostJudged = 16;

/** An export that is to be converted, by its place in the plan. */
interface Due {
  readonly index: number;
  readonly planned: PlannedConversion;
  /** Why another one is replaced; null where there is none. */
  readonly reason: string | null;
}

/** Looks at the destinations, then converts what is to be converted: side by side where source or destination are far. */
export class ConversionRun {
  readonly #planned: readonly PlannedConversion[];
  readonly #destination: Storage;
  readonly #options: ConvertExportsOptions;
  readonly #outcomes: ExportOutcome[] = [];
  readonly #most: MostLoad;
  #stopped = false;
  /** Bytes told of each export that is to be converted. */
  readonly #told: number[] = [];
  #exportsDone = 0;

  constructor(planned: readonly PlannedConversion[], destination: Storage, options: ConvertExportsOptions) {
    this.#planned = planned;
    this.#destination = destination;
    this.#options = options;
    const storages = [destination, ...planned.map(({ catalog }) => catalog.storage)];
    this.#most = storages.some(({ movesByCopy }) => movesByCopy === true) ? mostFar : mostNear;
  }

  /** Returns what became of each export, in order; `failed` says that something failed before. @throws the signal's reason */
  async run(failed: boolean): Promise<readonly ExportOutcome[]> {
    const { failFast = false } = this.#options;
    this.#stopped = failFast && failed;
    const due = await this.#decideAll();
    const totals = { totalBytes: this.#bytesOf(due), totalExports: due.length };
    const tell = (): void => {
      const bytes = this.#told.reduce((sum, each) => sum + each, 0);
      this.#options.onProgress?.({ bytes, exports: this.#exportsDone, ...totals });
    };
    const settled = new InOrder<ExportOutcome>((outcome, at) => this.#settle(due[at]?.index ?? 0, outcome));
    await sideBySide(due, this.#most, loadOf, async (each, at) => {
      const { outcome, worked } = await this.#finish(each, (bytes) => {
        this.#told[at] = bytes;
        tell();
      });
      this.#noteFailure(outcome);
      settled.put(at, outcome);
      if (!worked) return;
      this.#told[at] = each.planned.bytes;
      this.#exportsDone += 1;
      tell();
    });
    return this.#outcomes;
  }

  /** Looks at the destinations, some at a time; what is settled by that is told in order. */
  async #decideAll(): Promise<readonly Due[]> {
    const due: Due[] = [];
    const decided = new InOrder<Decision>((decision, index) => {
      const planned = this.#planned[index];
      if (planned === undefined) return;
      if ('due' in decision) due.push({ index, planned, reason: decision.due });
      else this.#settle(index, decision);
    });
    await inParallel([...this.#planned.entries()], Math.min(mostJudged, this.#most.items), async ([index, planned]) => {
      const decision = await this.#decide(planned);
      if (!('due' in decision)) this.#noteFailure(decision);
      decided.put(index, decision);
    });
    return due;
  }

  /** Converts an export, or says why not, and whether there was anything to do. */
  async #finish(
    { planned, reason }: Due,
    tell: (bytes: number) => void,
  ): Promise<{ readonly outcome: ExportOutcome; readonly worked: boolean }> {
    const destination = this.#below(planned).location;
    if (this.#stopped) return { outcome: outcomeOf(planned, destination, 'not-started'), worked: false };
    if (this.#options.dryRun === true) {
      return { outcome: outcomeOf(planned, destination, 'planned', reason), worked: false };
    }
    return { outcome: await this.#convert(planned, reason, tell), worked: true };
  }

  #settle(index: number, outcome: ExportOutcome): void {
    this.#outcomes[index] = outcome;
    this.#options.onExport?.(outcome);
  }

  /** After a failure nothing more is begun, where that is wanted. */
  #noteFailure({ status }: ExportOutcome): void {
    if (status === 'failed' && this.#options.failFast === true) this.#stopped = true;
  }

  /** Whether an export is to be converted, and why if another one is replaced; or what became of it otherwise. */
  async #decide(planned: PlannedConversion): Promise<Decision> {
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

  #bytesOf(due: readonly Due[]): number {
    return due.reduce((sum, { planned }) => sum + planned.bytes, 0);
  }

  /** The options of one conversion. */
  #each(): ConvertOptions {
    const { layout: _l, depth: _d, maxFolders: _m, skipExisting: _s, dryRun: _r, ...rest } = this.#options;
    const { failFast: _f, onExport: _e, onProgress: _p, ...options } = rest;
    return options;
  }
}

/** What becomes of an export without converting it, or that it is to be converted. */
type Decision = ExportOutcome | { readonly due: string | null };

/** Exports of one folder share its lock, and what one of them leaves is not for another. */
function loadOf({ planned: { bytes, parts, to } }: Due): Load {
  return { bytes, parts, place: to };
}
