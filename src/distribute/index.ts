/** `backtest-export/distribute`: an export as a plan, a state for each part, and the states as one answer. */
export { mapPart, type LinePlace, type MapOptions } from './map-part.ts';
export { planExport, type PlanOptions } from './plan-export.ts';
export type { PlanHead, PlanLine, PlannedHeader, PlannedUnit } from './plan-line.ts';
export { reduceStates, type GivenState, type ReduceOptions, type ReduceProgress } from './reduce-states.ts';
export type { PackedBuffers, StateLine, StateNotes } from './state-line.ts';
