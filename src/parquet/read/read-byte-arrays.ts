import type { ChunkPlan } from '../values/chunk-plan.ts';
import { decodeDelta } from '../values/delta.ts';
import { encodings } from '../format/parquet-types.ts';
import { assertEnd } from './open-page.ts';
import type { PagePlace } from '../values/page-place.ts';

/** Gets the values of a page one after another, as pieces of a buffer that are valid during the call. */
export type ByteArrayVisitor = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Reads `count` byte arrays of a page: PLAIN, DELTA_LENGTH_BYTE_ARRAY or DELTA_BYTE_ARRAY, or PLAIN of a fixed length.
 * @throws `PARQUET_PAGE_INVALID` when they are not all there, or more than they are; `PARQUET_TOO_LARGE`;
 * `PARQUET_UNSUPPORTED` for any other encoding.
 */
export function readByteArrays(
  bytes: Uint8Array,
  encoding: number,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): void {
  let end: number;
  if (encoding === encodings.deltaLengthByteArray) end = readDeltaLength(bytes, 0, count, plan, place, visit);
  else if (encoding === encodings.deltaByteArray) end = readDeltaBytes(bytes, count, plan, place, visit);
  else if (encoding !== encodings.plain)
    throw place.refuse(`texts in encoding ${encoding} are not supported`, 'PARQUET_UNSUPPORTED');
  else if (plan.type === 'FIXED_LEN_BYTE_ARRAY') end = readFixed(bytes, count, plan.typeLength ?? 0, place, visit);
  else end = readPlain(bytes, count, plan, place, visit);
  assertEnd(end, bytes, plan, place);
}

/** A text longer than a record of CSV could be in no export. @throws `TEXT_TOO_LONG` */
function assertLength(length: number, { limits, target }: ChunkPlan, place: PagePlace): void {
  if (length <= (limits.longestText ?? Infinity) || target.kind !== 'text') return;
  throw place.refuse(`expected a text of at most ${limits.longestText} bytes, found ${length}`, 'TEXT_TOO_LONG');
}

function readPlain(
  bytes: Uint8Array,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): number {
  let at = 0;
  const longest = plan.limits.longestText ?? Infinity;
  for (let index = 0; index < count; index++) {
    if (at + 4 > bytes.length) throw place.refuse(`the page ends after ${index} of ${count} values`);
    const length =
      (bytes[at] ?? 0) +
      (bytes[at + 1] ?? 0) * 0x100 +
      (bytes[at + 2] ?? 0) * 0x1_0000 +
      (bytes[at + 3] ?? 0) * 0x100_0000;
    at += 4;
    if (length > bytes.length - at) {
      throw place.refuse(`value ${index + 1} has ${length} bytes, but the page has only ${bytes.length - at} left`);
    }
    if (length > longest) assertLength(length, plan, place);
    visit(bytes, at, at + length);
    at += length;
  }
  return at;
}

function readFixed(bytes: Uint8Array, count: number, width: number, place: PagePlace, visit: ByteArrayVisitor): number {
  if (count * width > bytes.length)
    throw place.refuse(`expected ${count * width} bytes of values, found ${bytes.length}`);
  for (let index = 0; index < count; index++) visit(bytes, index * width, (index + 1) * width);
  return count * width;
}

function readDeltaLength(
  bytes: Uint8Array,
  start: number,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): number {
  const lengths = decodeDelta(bytes, start, count, place);
  let at = lengths.end;
  for (let index = 0; index < count; index++) {
    const length = lengths.low[index] ?? 0;
    if (length > bytes.length - at) {
      throw place.refuse(`value ${index + 1} has ${length} bytes, but the page has only ${bytes.length - at} left`);
    }
    assertLength(length, plan, place);
    visit(bytes, at, at + length);
    at += length;
  }
  return at;
}

/** Each value begins with as many bytes of the one before as its prefix length says. */
function readDeltaBytes(
  bytes: Uint8Array,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): number {
  const prefixes = decodeDelta(bytes, 0, count, place);
  let last = new Uint8Array(256);
  let lastLength = 0;
  let index = 0;
  let total = 0;
  return readDeltaLength(bytes, prefixes.end, count, plan, place, (source, start, end) => {
    const prefix = prefixes.low[index++] ?? 0;
    const length = prefix + end - start;
    total += length;
    if (prefix > lastLength)
      throw place.refuse(`value ${index} shares ${prefix} bytes with one that has ${lastLength}`);
    if (total > plan.limits.pageBytes) {
      const problem = `the values of the page have more than ${plan.limits.pageBytes} bytes; raise limits.maxPageBytes`;
      throw place.refuse(problem, 'PARQUET_TOO_LARGE');
    }
    assertLength(length, plan, place);
    // prefixes take no bytes of the page: a few of them may expand to any number
    plan.work?.take(prefix, place);
    if (length > last.length) {
      const larger = new Uint8Array(Math.min(length * 2, plan.limits.pageBytes));
      larger.set(last.subarray(0, lastLength));
      last = larger;
    }
    last.set(source.subarray(start, end), prefix);
    lastLength = length;
    visit(last, 0, length);
  });
}
