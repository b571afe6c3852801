import { stateNull } from '../../batch/columns/column-batch.ts';
import type { CheckerContext } from './checker-context.ts';
import type { Cells, ForecastBatch } from '../base/forecast-columns.ts';
import type { OpenRun } from './open-run.ts';

type Context = Pick<CheckerContext, 'book' | 'file'>;

/**
 * Adds rows to a run, column by column, and judges their numbers. Plain sums suffice here: every term is at least 0, so over
 * the 500 rows that a window can have the sum's relative error is below 6e-14, far below any tolerance of interest.
 */
export function addToRun(run: OpenRun, columns: ForecastBatch, from: number, to: number, context: Context): void {
  const { target, mean, quantiles } = columns;
  run.count += to - from;
  addActuals(run, columns, from, to, context);
  if (mean !== undefined) addMean(run, columns, mean, from, to, context);
  for (const [index, cells] of quantiles.entries()) {
    const tau = run.taus[index] ?? Number.NaN;
    const loss = pinballLoss(target.values, cells.values, tau, from, to);
    run.losses[index] = (run.losses[index] ?? 0) + loss;
    if (!Number.isFinite(loss) && checkNumbers(columns, cells, from, to, context)) run.odd = true;
    checkNegative(columns, cells, from, to, context);
  }
  if (quantiles.length > 1) checkCrossed(columns, from, to, context);
  hashContent(run, columns, from, to);
}

/** Reports cells that are missing or not finite; returns whether there are any. */
export function checkNumbers(
  { firstRecord, target }: ForecastBatch,
  cells: Cells,
  from: number,
  to: number,
  { book, file }: Context,
): boolean {
  const missing = cells === target ? 'ACTUAL_MISSING' : 'FORECAST_MISSING';
  let any = false;
  for (let row = from; row < to; row++) {
    if (Number.isFinite(cells.values[row])) continue;
    any = true;
    const code = cells.states[row] === stateNull ? missing : 'NUMBER_NOT_FINITE';
    book.add(code, { file, record: firstRecord + row, column: cells.name });
  }
  return any;
}

function addActuals(run: OpenRun, columns: ForecastBatch, from: number, to: number, context: Context): void {
  const { values } = columns.target;
  let sum = 0;
  for (let row = from; row < to; row++) sum += Math.abs(values[row] ?? Number.NaN);
  run.absoluteActuals += sum;
  if (!Number.isFinite(sum) && checkNumbers(columns, columns.target, from, to, context)) run.odd = true;
}

function addMean(run: OpenRun, columns: ForecastBatch, cells: Cells, from: number, to: number, context: Context): void {
  const actuals = columns.target.values;
  const { values } = cells;
  let absolute = 0;
  let squared = 0;
  let shares = 0;
  for (let row = from; row < to; row++) {
    const actual = actuals[row] ?? Number.NaN;
    const error = Math.abs(actual - (values[row] ?? Number.NaN));
    absolute += error;
    squared += error * error;
    if (actual !== 0) shares += error / Math.abs(actual);
  }
  run.absoluteErrors += absolute;
  run.squaredErrors += squared;
  run.errorShares += shares;
  if (!Number.isFinite(absolute) && checkNumbers(columns, cells, from, to, context)) run.odd = true;
  checkNegative(columns, cells, from, to, context);
}

/** Σ of τ·max(y−q, 0) + (1−τ)·max(q−y, 0). */
function pinballLoss(actuals: Float64Array, forecasts: Float64Array, tau: number, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) {
    const error = (actuals[row] ?? Number.NaN) - (forecasts[row] ?? Number.NaN);
    sum += error > 0 ? tau * error : (tau - 1) * error;
  }
  return sum;
}

function checkNegative(columns: ForecastBatch, cells: Cells, from: number, to: number, { book, file }: Context): void {
  const { values } = cells;
  let negative = 0;
  for (let row = from; row < to; row++) if ((values[row] ?? 0) < 0) negative++;
  if (negative === 0) return;
  for (let row = from; row < to && book.hasRoom('FORECAST_NEGATIVE'); row++) {
    if (!((values[row] ?? 0) < 0)) continue;
    book.add('FORECAST_NEGATIVE', { file, record: columns.firstRecord + row, column: cells.name });
    negative--;
  }
  book.addCount('FORECAST_NEGATIVE', negative);
}

function checkCrossed(columns: ForecastBatch, from: number, to: number, { book, file }: Context): void {
  const { quantiles } = columns;
  for (let row = from; row < to; row++) {
    let below = quantiles[0]?.values[row] ?? Number.NaN;
    for (let index = 1; index < quantiles.length; index++) {
      const value = quantiles[index]?.values[row] ?? Number.NaN;
      if (below > value) {
        book.add('QUANTILES_CROSSED', {
          file,
          record: columns.firstRecord + row,
          column: quantiles[index]?.name ?? '',
        });
        break;
      }
      below = value;
    }
  }
}

/** Two lanes, each over both words of every cell. */
function hashContent(run: OpenRun, columns: ForecastBatch, from: number, to: number): void {
  let a = run.content0;
  let b = run.content1;
  const { timeWords, numbers } = columns;
  for (let row = from; row < to; row++) {
    a = Math.imul(a ^ (timeWords[2 * row] ?? 0), 0x9e3779b1);
    b = Math.imul(b ^ (timeWords[2 * row + 1] ?? 0) ^ a, 0x85ebca77);
    for (let index = 0; index < numbers.length; index++) {
      const words = numbers[index]?.words;
      const low = words?.[2 * row] ?? 0;
      const high = words?.[2 * row + 1] ?? 0;
      a = Math.imul(((a << 15) | (a >>> 17)) ^ low, 0xcc9e2d51);
      a = Math.imul(((a << 13) | (a >>> 19)) ^ high, 0x1b873593);
      b = Math.imul(((b << 16) | (b >>> 16)) ^ high, 0x27d4eb2f);
      b = Math.imul(((b << 11) | (b >>> 21)) ^ low, 0x165667b1);
    }
  }
  run.content0 = a >>> 0;
  run.content1 = b >>> 0;
}
