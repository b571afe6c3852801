import type { ByteArrayVisitor } from './read-byte-arrays.ts';
import type { ChunkPlan, IntegerSign } from '../values/chunk-plan.ts';
import { decodeDelta } from '../values/delta.ts';
import { encodings } from '../format/parquet-types.ts';
import { endsThere } from '../values/page-padding.ts';
import type { PagePlace } from '../values/page-place.ts';
import { assertBits, joinStreams, plainWidth } from '../values/raw-numbers.ts';

/** Bytes of the longest integer as text, of 64 bits and a sign. */
export const longestInteger = 20;

/**
 * Reads `count` integers of a page as their decimal digits, so that ids that another program made whole numbers are the
 * text that CSV has: PLAIN, DELTA_BINARY_PACKED or BYTE_STREAM_SPLIT. The mirror of `readByteArrays`.
 *
 * @throws `PARQUET_PAGE_INVALID` when they are not all there, or more than they are; `PARQUET_UNSUPPORTED` for any other
 * encoding.
 */
export function readIntegerTexts(
  bytes: Uint8Array,
  encoding: number,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): void {
  const format = formatter(plan, place, visit);
  if (encoding === encodings.deltaBinaryPacked) {
    const { low, high, end } = decodeDelta(bytes, 0, count, place);
    if (!endsThere(bytes, end, plan)) throw otherLength(end, bytes, place);
    for (let index = 0; index < count; index++) format(high[index] ?? 0, low[index] ?? 0);
    return;
  }
  if (encoding !== encodings.plain && encoding !== encodings.byteStreamSplit) {
    throw place.refuse(`integers in encoding ${encoding} are not supported`, 'PARQUET_UNSUPPORTED');
  }
  const width = plainWidth(plan);
  const split = encoding === encodings.byteStreamSplit;
  if (split ? bytes.length !== count * width : !endsThere(bytes, count * width, plan)) {
    throw otherLength(count * width, bytes, place);
  }
  const plain = split ? joinStreams(bytes, width, count) : bytes;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  for (let at = 0; at < count * width; at += width) {
    format(width === 8 ? view.getInt32(at + 4, true) : 0, view.getUint32(at, true));
  }
}

/** Visits each integer, given by its halves, as text in one buffer; of the same one twice it is still there. */
function formatter(
  { type, target }: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): (high: number, low: number) => void {
  const sign = target.kind === 'text' ? target.integer : undefined;
  const buffer = new Uint8Array(longestInteger);
  const bits = target.kind === 'text' ? target.bits : undefined;
  return (high, low) => {
    if (bits !== undefined) assertBits(low | 0, bits, sign === 'unsigned', place);
    const text = type === 'INT32' ? String(sign === 'unsigned' ? low : low | 0) : textOf(high, low, sign);
    for (let index = 0; index < text.length; index++) buffer[index] = text.charCodeAt(index);
    visit(buffer, 0, text.length);
  };
}

function textOf(high: number, low: number, sign: IntegerSign | undefined): string {
  const whole = (sign === 'unsigned' ? high >>> 0 : high) * 0x1_0000_0000 + low;
  if (Number.isSafeInteger(whole)) return String(whole);
  return String(BigInt(sign === 'unsigned' ? high >>> 0 : high) * 0x1_0000_0000n + BigInt(low));
}

function otherLength(expected: number, bytes: Uint8Array, place: PagePlace): Error {
  return place.refuse(`expected integers of ${expected} bytes, found ${bytes.length} bytes`);
}
