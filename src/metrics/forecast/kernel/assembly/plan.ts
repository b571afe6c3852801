/** The plan of figures, as the caller wrote it (see `map.ts`): the place of each figure, and the numbers of reasons. */
import { intervals, mean, types } from './settings';

export let taus: u32 = 0; // f64 of each quantile
export let figures: u32 = 0; // how many: places are below
export let losses: u32 = 0; // u32 places of the wQL of each quantile
export let averageLoss: u32 = 0; // place, as those that follow
export let wape: u32 = 0;
export let wapeSum: u32 = 0;
export let rmse: u32 = 0;
export let mape: u32 = 0;
export let mae: u32 = 0;
export let bias: u32 = 0;
export let coverages: u32 = 0; // u32 places, of each quantile
export let intervalCoverages: u32 = 0; // and of each interval
export let intervalWidths: u32 = 0;

export let noActuals: u32 = 0; // reasons
export let noForecasts: u32 = 0;
export let noQuantiles: u32 = 0;
export let noPoint: u32 = 0;
export let allZero: u32 = 0;
export let overflow: u32 = 0;
export let sumZero: u32 = 0;
export let sumNearZero: u32 = 0;
export let noRatio: u32 = 0;
export let leftOut: u32 = 0;

@inline
export function quantiles(): u32 {
  return types - mean;
}

/** Reads the plan of `count` figures; to be called after `configure`. */
export function readPlan(plan: u32, count: u32): void {
  figures = count;
  taus = plan;
  losses = taus + (quantiles() << 3);
  let at = losses + (quantiles() << 2);
  averageLoss = load<u32>(at);
  wape = load<u32>(at, 4);
  wapeSum = load<u32>(at, 8);
  rmse = load<u32>(at, 12);
  mape = load<u32>(at, 16);
  mae = load<u32>(at, 20);
  bias = load<u32>(at, 24);
  coverages = at + 28;
  intervalCoverages = coverages + (quantiles() << 2);
  intervalWidths = intervalCoverages + (intervals << 2);
  at = intervalWidths + (intervals << 2);
  noActuals = load<u32>(at);
  noForecasts = load<u32>(at, 4);
  noQuantiles = load<u32>(at, 8);
  noPoint = load<u32>(at, 12);
  allZero = load<u32>(at, 16);
  overflow = load<u32>(at, 20);
  sumZero = load<u32>(at, 24);
  sumNearZero = load<u32>(at, 28);
  noRatio = load<u32>(at, 32);
  leftOut = load<u32>(at, 36);
}
