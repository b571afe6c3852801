import type { Progress } from '../../export/parts/run-parts.ts';
import type { VerificationPlan } from '../../verify/base/plan.ts';
import type { QueryProgress } from '../engines/engine.ts';

/** Tells how far a statement is; called once for each statement. */
export type StatementProgress = () => (progress: QueryProgress) => void;

/** Statements that check an export without findings. */
const usualStatements = 3;

/** The progress of checks in bytes, as if every statement read all parts evenly. More statements than usual do not begin again from 0. */
export function checkProgress(
  { parts }: VerificationPlan,
  onProgress: ((progress: Progress) => void) | undefined,
): StatementProgress {
  const totalBytes = parts.reduce((sum, { part }) => sum + part.size, 0);
  let statements = 0;
  let bytes = 0;
  return () => {
    const before = statements++;
    return ({ done }) => {
      const reached = Math.floor(totalBytes * Math.min(1, (before + (done ?? 0)) / usualStatements));
      if (reached <= bytes) return;
      bytes = reached;
      onProgress?.({ bytes, totalBytes, parts: 0, totalParts: parts.length });
    };
  };
}
