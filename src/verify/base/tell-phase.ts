import type { VerificationPlan } from './plan.ts';
import type { VerifyPhase } from './verify-options.ts';

/** Tells the caller what is done now that all parts are read; `steps` of `totalSteps`, or 0 of 0 where that is not known. */
export function tellPhase({ parts, options }: VerificationPlan, phase: VerifyPhase, steps = 0, totalSteps = 0): void {
  if (options.onProgress === undefined) return;
  const bytes = parts.reduce((sum, { part }) => sum + part.size, 0);
  const read = { bytes, totalBytes: bytes, parts: parts.length, totalParts: parts.length };
  options.onProgress({ ...read, phase, steps, totalSteps });
}
