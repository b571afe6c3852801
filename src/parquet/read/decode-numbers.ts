import { readByteArrays } from './read-byte-arrays.ts';
import type { ChunkPlan, ChunkValues } from '../values/chunk-plan.ts';
import { ReusedArrays } from '../values/reused-arrays.ts';
import { longestDecimal } from './target-of-column.ts';
import { decodeDelta } from '../values/delta.ts';
import { encodings } from '../format/parquet-types.ts';
import { endsThere } from '../values/page-padding.ts';
import { map } from './kernel/map.generated.ts';
import { assertEnd, openDictionary, openPage, readIndices, type ChunkAccess, type PageValues } from './open-page.ts';
import {
  fromBigEndian,
  fromInt32,
  fromInt64,
  joinStreams,
  plainWidth,
  readPlainNumbers,
} from '../values/raw-numbers.ts';
import { usesDictionary, type ChunkPages, type Page } from './walk-pages.ts';

/** Decodes the pages of a chunk of numbers or times. Throws what `decodeChunk` throws. */
export function decodeNumbers(pages: ChunkPages, access: ChunkAccess): ChunkValues {
  const { plan, memory } = access;
  const arrays = plan.arrays ?? new ReusedArrays();
  const values = arrays.doubles(plan.rows);
  if (pages.dictionary !== undefined) readDictionary(pages.dictionary, access);
  let nulls: Uint8Array | undefined;
  let row = 0;
  for (const page of pages.data(access.chunk)) {
    const opened = openPage(page, access);
    const out = values.subarray(row, row + page.values);
    const { flagged, present } = opened;
    // values among nulls are read without them first, in the memory
    const held = readValues(page, opened, access, pages.dictionary?.values, flagged ? undefined : out);
    if (flagged) {
      memory.run((kernel) => kernel.spreadDoubles(memory.values, present, memory.flags, page.values));
      nulls ??= arrays.states(plan.rows);
      nulls.set(memory.u8.subarray(memory.flags, memory.flags + page.values), row);
    }
    if (held || flagged) out.set(memory.doubles(memory.values, page.values));
    row += page.values;
  }
  return { kind: plan.target.kind === 'time' ? 'time' : 'number', values, nulls, pages: pages.counts };
}

/** Reads the dictionary's numbers to the memory's entries. */
function readDictionary(page: Page, access: ChunkAccess): void {
  const { memory } = access;
  const opened = openDictionary(page, access);
  const entries = memory.doubles(memory.entries, page.values);
  if (readTimes(page, opened, access, memory.entries)) return;
  readPlain(page, opened.bytes, encodings.plain, page.values, access.plan, entries);
}

/**
 * Reads the values of a page that are not null to the front of `out`, or of the memory's values: always without `out`, else
 * where it returns true.
 */
function readValues(
  page: Page,
  opened: PageValues,
  access: ChunkAccess,
  entries: number | undefined,
  out: Float64Array | undefined,
): boolean {
  const { bytes, present } = opened;
  const { encoding, place } = page;
  const { plan, memory } = access;
  const width = plainWidth(plan);
  const dense = out ?? memory.doubles(memory.values, present);
  if (usesDictionary(page)) {
    readIndices(page, opened, access, entries, 'up');
    return true;
  } else if (encoding === encodings.plain && readTimes(page, opened, access, memory.values)) {
    return true;
  } else if (encoding === encodings.deltaBinaryPacked && (plan.type === 'INT32' || plan.type === 'INT64')) {
    readDeltas(page, opened, plan, dense);
  } else if (encoding === encodings.byteStreamSplit && width > 0) {
    if (bytes.length !== present * width) throw otherLength(page, present, width, bytes);
    readPlain(page, joinStreams(bytes, width, present), encodings.plain, present, plan, dense);
  } else if (encoding === encodings.plain || width === 0 || encoding === encodings.deltaByteArray) {
    readPlain(page, bytes, encoding, present, plan, dense);
  } else
    throw place.refuse(`numbers of type ${plan.type} in encoding ${encoding} are not supported`, 'PARQUET_UNSUPPORTED');
  return false;
}

/** Reads PLAIN times of 64 bits to an address of the memory; returns false for anything else. @throws `NUMBER_INEXACT`, `TIME_INVALID` */
function readTimes(page: Page, { bytes, at, present }: PageValues, access: ChunkAccess, out: number): boolean {
  const { plan, memory } = access;
  const { target } = plan;
  if (plan.type !== 'INT64' || target.kind !== 'time' || target.unit === 'days') return false;
  if (!endsThere(bytes, present * 8, plan)) throw otherLength(page, present, 8, bytes);
  const unit = { millis: map.MILLIS, micros: map.MICROS, nanos: map.NANOS }[target.unit];
  const answer = memory.run((kernel) => kernel.convertTimes(at, present, unit, out));
  if (answer === map.DONE) return true;
  // what is wrong with the one that the kernel found
  const view = new DataView(memory.u8.buffer, at + 8 * memory.found(map.COUNT), 8);
  const time = fromInt64(view.getInt32(4, true), view.getUint32(0, true), target, page.place);
  throw page.place.refuse(`expected a time that cannot be read, found ${time}`);
}

function readPlain(
  page: Page,
  bytes: Uint8Array,
  encoding: number,
  count: number,
  plan: ChunkPlan,
  out: Float64Array,
): void {
  const { place } = page;
  const { target } = plan;
  if (target.kind === 'text') return; // decoded elsewhere
  const width = plainWidth(plan);
  if (encoding === encodings.plain && width > 0) {
    if (!endsThere(bytes, count * width, plan)) throw otherLength(page, count, width, bytes);
    return readPlainNumbers(bytes, count, plan, out, place);
  }
  if (width > 0 && plan.type !== 'FIXED_LEN_BYTE_ARRAY') {
    throw place.refuse(`numbers of type ${plan.type} in encoding ${encoding} are not supported`, 'PARQUET_UNSUPPORTED');
  }
  let index = 0;
  readByteArrays(bytes, encoding, count, plan, place, (source, start, end) => {
    const length = end - start;
    if (length === 0 || length > longestDecimal || (width > 0 && length !== width)) {
      const expected = width > 0 ? `${width}` : `1 to ${longestDecimal}`;
      throw place.refuse(`expected a decimal of ${expected} bytes, found ${length}`);
    }
    out[index++] = fromBigEndian(source.subarray(start, end), target);
  });
}

function otherLength({ place }: Page, count: number, width: number, bytes: Uint8Array): Error {
  return place.refuse(`expected ${count} values of ${width} bytes, found ${bytes.length} bytes`);
}

function readDeltas(page: Page, { bytes, present }: PageValues, plan: ChunkPlan, out: Float64Array): void {
  const { place } = page;
  const { target } = plan;
  if (target.kind === 'text') return;
  const { low, high, end } = decodeDelta(bytes, 0, present, place);
  assertEnd(end, bytes, plan, place);
  for (let index = 0; index < present; index++) {
    const lower = low[index] ?? 0;
    out[index] =
      plan.type === 'INT32' ? fromInt32(lower | 0, target, place) : fromInt64(high[index] ?? 0, lower, target, place);
  }
}
