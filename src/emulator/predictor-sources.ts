import { hasMember } from '../describe-value.ts';
import { BacktestExportError } from '../errors.ts';
import { openIfFolder } from '../export/open-source.ts';
import { createExportWriter } from '../export/write/export-writer.ts';
import type { WritableRows } from '../export/write/table-writer.ts';
import { baseName } from '../job/predictor-arn.ts';
import type { Predictors, PredictorSource } from '../job/predictors.ts';
import { findJobNameProblem } from '../naming/job-name.ts';
import { quoteText } from '../quote-text.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import type { GenerateOptions } from '../testing/options.ts';

/** Where the forecasts of a predictor come from: an export, rows, or the generator. */
export type EmulatorPredictor = PredictorSource | PredictorRows | GeneratedPredictor;

/** A predictor from rows: plain ones, or Arrow data such as a table. */
export interface PredictorRows {
  /** The rows of forecasted-values. */
  readonly rows: WritableRows;
  /** The rows of accuracy-metrics-values; default none, and then exports have no such table. */
  readonly accuracyRows?: WritableRows;
}

/** A predictor from `generateExport`. */
export interface GeneratedPredictor {
  readonly generate: GenerateOptions;
}

/**
 * Makes predictors of what was given: rows and generated exports are held in memory, and every export but those of functions is
 * opened once, so that one that is not there is told before the service starts.
 * @throws `OPTION_INVALID` for a name that no predictor can have; what opening, writing and generating throw, with the
 * predictor's name
 */
export async function openPredictors(
  given: Readonly<Record<string, EmulatorPredictor>>,
  now: number,
  signal: AbortSignal | undefined,
): Promise<Predictors> {
  const predictors = new Map<string, PredictorSource>();
  for (const [name, source] of Object.entries(given)) {
    const problem = findJobNameProblem(baseName(name));
    if (problem !== undefined) throw invalid(`the name of the predictor ${quoteText(name)}: ${problem}`);
    try {
      predictors.set(name, await openOne(source, now, signal));
    } catch (error) {
      signal?.throwIfAborted();
      throw withName(name, error);
    }
  }
  return Object.fromEntries(predictors);
}

async function openOne(
  source: EmulatorPredictor,
  now: number,
  signal: AbortSignal | undefined,
): Promise<PredictorSource> {
  if (hasMember(source, 'rows')) return writeRows(source as PredictorRows, now, signal);
  if (hasMember(source, 'generate')) {
    const { generateExport } = await import('../testing/index.ts');
    const storage = createMemoryStorage();
    await generateExport(storage, (source as GeneratedPredictor).generate);
    return storage;
  }
  const plain = source as PredictorSource;
  if (typeof plain !== 'function') await openIfFolder('predictor', plain, {}, signal);
  return plain;
}

async function writeRows(
  { rows, accuracyRows, ...more }: PredictorRows,
  now: number,
  signal: AbortSignal | undefined,
): Promise<Storage> {
  const [other] = Object.keys(more);
  if (other !== undefined) throw invalid(`expected rows and accuracyRows, found ${quoteText(other)}`);
  const storage = createMemoryStorage();
  const writer = await createExportWriter(storage, {
    jobName: 'rows',
    exportedAt: new Date(now),
    format: 'CSV',
    ...(signal === undefined ? {} : { signal }),
  });
  await writer.forecastedValues.write(rows);
  if (accuracyRows !== undefined) await writer.accuracyMetrics.write(accuracyRows);
  await writer.finish();
  return storage;
}

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', problem);
}

/** An error of the library that says which predictor it is about. */
function withName(name: string, error: unknown): unknown {
  if (!(error instanceof BacktestExportError)) return error;
  const problem = `the predictor ${quoteText(name)} cannot be served: ${error.message}`;
  return new BacktestExportError(error.code, problem, { cause: error });
}
