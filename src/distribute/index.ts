/** `backtest-export/distribute`: an export as a plan, a state for each part, and the states as one answer. */
export { mapPart } from './map-part.ts';
export type { LinePlace, MapOptions } from './map-options.ts';
export { planExport, type PlanOptions } from './plan-export.ts';
export type { PlanHead, PlanLine, PlannedHeader, PlannedUnit, SummaryHead, VerificationHead } from './plan-line.ts';
export type { GivenState } from './read-states.ts';
export { reduceStates, type ReduceOptions, type ReduceProgress } from './reduce-states.ts';
export { reduceVerification, type ReduceVerificationOptions } from './reduce-verification.ts';
export type { PackedBuffers, StateChecked, StateLine, StateNotes } from './state-line.ts';
