import type { ChunkPlan } from './chunk-values.ts';

/**
 * Whether a page's bytes end with its values at `end`, or behind them has just the zero bytes that its writer puts
 * there (`padding` of the plan). Anything else behind the values is damage.
 */
export function endsThere(bytes: Uint8Array, end: number, { padding }: ChunkPlan): boolean {
  if (bytes.length === end) return true;
  return bytes.length === end + padding && bytes.subarray(end).every((byte) => byte === 0);
}
