import type { ChunkPlan } from './chunk-plan.ts';

/**
 * Whether a page's bytes end with its values at `end`, or with just the zero bytes that its writer appends (`padding` of
 * the plan). Anything else after the values is damage.
 */
export function endsThere(bytes: Uint8Array, end: number, { padding }: ChunkPlan): boolean {
  if (bytes.length < end || bytes.length > end + padding) return false;
  for (let at = end; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * The same of an RLE and bit-packing hybrid of this width; besides, one packed run may follow the last wanted value,
 * and is ignored: DuckDB up to 1.3 ends a page of 256 values, or a multiple, with a block of 256 more, its indices and its levels alike.
 */
export function hybridEndsThere(bytes: Uint8Array, end: number, width: number, plan: ChunkPlan): boolean {
  return endsThere(bytes, end, plan) || endOfPackedRun(bytes, end, width) === bytes.length;
}

/** Where a packed run of this width that begins at `at` ends; undefined where none does. */
export function endOfPackedRun(bytes: Uint8Array, at: number, width: number): number | undefined {
  let head = 0;
  let p = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[p++];
    if (byte === undefined || shift > 28) return undefined;
    head += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return head % 2 === 0 ? undefined : p + Math.floor(head / 2) * width;
}
