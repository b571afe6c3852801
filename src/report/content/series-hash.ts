import { mix } from '../../batch/hash/mix.ts';
import { hashBytes } from '../../batch/tables/text-table.ts';
import type { SeriesKey } from './series-plan.ts';

/** Always the same: the sample of a report must not differ from run to run. Who makes series collide gains nothing by it. */
const seed = 0x5eed;

/** The hash of a text of a series, from its UTF-8. */
export function hashText(bytes: Uint8Array, start: number, end: number): number {
  return hashBytes(seed, bytes, start, end);
}

/** The hash of a series, from that of its item or of fewer dimensions and that of its next dimension. */
export function extendHash(hash: number, dimension: number): number {
  return mix(Math.imul(hash, 0x9e3779b1) ^ dimension);
}

/** The hash of a series, a whole number from 0: its order makes a sample that is the same whoever draws it. */
export function hashSeries({ item, dimensions }: SeriesKey): number {
  let hash = hashOf(item);
  for (const dimension of dimensions) hash = extendHash(hash, hashOf(dimension));
  return hash >>> 0;
}

function hashOf(text: string): number {
  if (3 * text.length > room.length) room = new Uint8Array(6 * text.length);
  return hashText(room, 0, encoder.encodeInto(text, room).written);
}

const encoder = new TextEncoder();
let room = new Uint8Array(1024);
