import type { BacktestExport } from '../export/find/backtest-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { resourceNotFound } from './exceptions.ts';
import { baseName, parsePredictorArn } from './predictor-arn.ts';

/** Where a predictor's forecasts come from: an export, as a location or opened, or a function that returns one. */
export type PredictorSource = ExportSource | (() => Promise<ExportSource>);

/** Predictors by name, the last part of their ARN, with or without the ULID of an AutoPredictor. */
export type Predictors = Readonly<Record<string, PredictorSource>>;

/** Opens a predictor's forecasts. @throws `ResourceNotFoundException`; what opening throws */
export async function openPredictor(predictors: Predictors, arn: string): Promise<BacktestExport> {
  const source = findPredictor(predictors, arn);
  const found = typeof source === 'function' ? await source() : source;
  return openIfFolder('predictor', found);
}

/**
 * Finds the source for an ARN such as `arn:aws:forecast:us-west-2:123456789012:predictor/bike`: the predictor with
 * exactly this name, or else the only one with this name apart from ULIDs.
 */
export function findPredictor(predictors: Predictors, arn: string): PredictorSource {
  const found = predictors[findPredictorName(predictors, arn)];
  if (found === undefined) throw resourceNotFound(arn);
  return found;
}

/** The name under which it is served. */
export function findPredictorName(predictors: Predictors, arn: string): string {
  const name = parsePredictorArn(arn)?.name ?? '';
  if (Object.hasOwn(predictors, name)) return name;
  const alike = Object.keys(predictors).filter((known) => baseName(known) === baseName(name));
  const [only] = alike;
  if (alike.length !== 1 || only === undefined) throw resourceNotFound(arn);
  return only;
}
