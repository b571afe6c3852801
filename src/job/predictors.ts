import type { BacktestExport } from '../export/backtest-export.ts';
import { openIfFolder, type ExportSource } from '../export/open-source.ts';
import { resourceNotFound } from './exceptions.ts';

/** Where a predictor's forecasts come from: an export, by its place or opened, or a function that makes one. */
export type PredictorSource = ExportSource | (() => Promise<ExportSource>);

/** Predictors by name, which is the end of their ARN. */
export type Predictors = Readonly<Record<string, PredictorSource>>;

/** Opens a predictor's forecasts. @throws `ResourceNotFoundException`; what opening throws */
export async function openPredictor(predictors: Predictors, arn: string): Promise<BacktestExport> {
  const source = findPredictor(predictors, arn);
  const found = typeof source === 'function' ? await source() : source;
  return openIfFolder('predictor', found);
}

/** The source of an ARN such as `arn:aws:forecast:us-west-2:123456789012:predictor/bike`. */
export function findPredictor(predictors: Predictors, arn: string): PredictorSource {
  const [, name = ''] = /^arn:[^:]+:forecast:[^:]*:[^:]*:predictor\/(.+)$/.exec(arn) ?? [];
  const source = Object.hasOwn(predictors, name) ? predictors[name] : undefined;
  if (source === undefined) throw resourceNotFound(arn);
  return source;
}
