import { tableOf, type BacktestExport } from '../export/find/backtest-export.ts';
import { Destination } from '../export/write/destination.ts';
import { plainIdentity } from '../naming/export-identity.ts';
import { byTable } from '../schema/schema.ts';
import type { PreparedFile, Storage } from '../storage/storage.ts';
import { hurryAfter } from '../storage/with-signal.ts';
import type { ConversionResult, ConvertOptions } from './conversion.ts';
import { convertUnits } from './convert-units.ts';
import { describeTable } from './describe-table.ts';
import { listEarlyLosses } from './early-losses.ts';
import { joinLosses } from './loss-list.ts';
import { planUnits } from './plan-units.ts';
import { ProvenUnits } from './proven-units.ts';
import { toInput } from './unit.ts';

/** What one of many conversions needs besides. */
export interface ResumableOptions {
  /** The text of a record that is published with the export, and its name. */
  readonly record: (result: ConversionResult, files: readonly PreparedFile[]) => { path: string; text: string };
}

/**
 * Converts an export that is open; see `convertExport`, which checks the options. With `resumable`, large parts that a killed
 * or aborted conversion has proven are taken over, those of this one stay if it is aborted, and a record is published with the export.
 */
export async function convertOpened(
  opened: BacktestExport,
  target: Storage,
  options: ConvertOptions,
  resumable?: ResumableOptions,
): Promise<ConversionResult> {
  const early = listEarlyLosses([opened.forecastedValues, opened.accuracyMetrics], options);
  const units = planUnits(opened, options);
  const { jobName, complete } = opened;
  const { overwrite = false, signal } = options;
  const targets = units.flatMap(({ target: place }) => (place.kind === 'file' ? [place.path] : []));
  // whether an export may be replaced is decided when it is published, under the lock
  const writing = { ...options, overwrite: overwrite || jobName !== undefined };
  const inputs = units.map((unit) => toInput(unit, target, writing));
  const proven = resumable === undefined ? undefined : await ProvenUnits.find(hurryAfter(target, signal), inputs);
  const keep = proven?.files;
  const folder = await Destination.open(target, { overwrite, signal, source: opened, targets, keep });
  try {
    return await folder.orDiscard(async () => {
      const outputs = await orHandOver(folder, proven, signal, () => convertUnits(inputs, folder, options, proven));
      const result: ConversionResult = {
        source: opened.location,
        destination: target.location,
        ...plainIdentity(opened),
        from: opened.format,
        to: options.format,
        tables: byTable((name) => describeTable(tableOf(opened, name), inputs, outputs)),
        losses: joinLosses([early, ...outputs.map(({ losses }) => losses)]),
        guardedCells: outputs.reduce((sum, { guarded }) => sum + guarded, 0),
        warnings: opened.warnings,
      };
      const files = outputs.flatMap((output) => output.files);
      if (resumable !== undefined) folder.take(await prepareText(folder.storage, resumable.record(result, files)));
      await folder.publish({ complete });
      return result;
    });
  } finally {
    await proven?.forget();
  }
}

/** Does the work before anything gets its name; if it is aborted, proven units stay in the folder for the next conversion. */
async function orHandOver<Result>(
  folder: Destination,
  proven: ProvenUnits | undefined,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    if (signal?.aborted === true && proven !== undefined) folder.leave(proven.handOver());
    throw error;
  }
}

async function prepareText(storage: Storage, { path, text }: { path: string; text: string }): Promise<PreparedFile> {
  const writer = await storage.create(path, { overwrite: true });
  try {
    await writer.write(new TextEncoder().encode(text));
    return await writer.prepare();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
