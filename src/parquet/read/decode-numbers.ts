import { readByteArrays } from './read-byte-arrays.ts';
import type { ChunkPlan, ChunkValues } from '../values/chunk-plan.ts';
import type { Unpack } from '../codecs/decompress.ts';
import { ReusedArrays } from '../values/reused-arrays.ts';
import { longestDecimal } from './target-of-column.ts';
import { decodeDelta } from '../values/delta.ts';
import { encodings } from '../format/parquet-types.ts';
import { endsThere } from '../values/page-padding.ts';
import { assertEnd, openDictionary, openPage, readIndices, type PageValues } from './open-page.ts';
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
export function decodeNumbers(pages: ChunkPages, plan: ChunkPlan, unpack: Unpack): ChunkValues {
  const arrays = plan.arrays ?? new ReusedArrays();
  const values = arrays.doubles(plan.rows);
  const dictionary = pages.dictionary === undefined ? undefined : readDictionary(pages.dictionary, plan, unpack);
  let nulls: Uint8Array | undefined;
  let row = 0;
  for (const page of pages.data) {
    const opened = openPage(page, plan, unpack);
    const out = values.subarray(row, row + page.values);
    readValues(page, opened, plan, dictionary, out);
    if (opened.flags !== undefined) {
      nulls ??= arrays.states(plan.rows);
      spread(out, opened.present, opened.flags, nulls.subarray(row, row + page.values));
    }
    row += page.values;
  }
  return { kind: plan.target.kind === 'time' ? 'time' : 'number', values, nulls, pages: pages.counts };
}

/** Moves the `present` values at the front to the rows that have one, from the last on, with NaN at the others. */
function spread(out: Float64Array, present: number, flags: Uint8Array, nulls: Uint8Array): void {
  let next = present;
  for (let row = out.length - 1; row >= 0; row--) {
    if (flags[row] === 1) out[row] = out[--next] ?? 0;
    else {
      out[row] = Number.NaN;
      nulls[row] = 1;
    }
  }
}

function readDictionary(page: Page, plan: ChunkPlan, unpack: Unpack): Float64Array {
  const bytes = openDictionary(page, unpack);
  const entries = new Float64Array(page.values);
  readPlain(page, bytes, encodings.plain, page.values, plan, entries);
  return entries;
}

/** Reads the values of a page that are not null into the front of `out`. */
function readValues(
  page: Page,
  opened: PageValues,
  plan: ChunkPlan,
  dictionary: Float64Array | undefined,
  out: Float64Array,
): void {
  const { bytes, present } = opened;
  const { encoding, place } = page;
  const width = plainWidth(plan);
  if (usesDictionary(page)) {
    const indices = new Int32Array(present);
    readIndices(page, opened, plan, dictionary?.length, indices);
    if (dictionary === undefined) return; // then there is no index
    for (let index = 0; index < present; index++) out[index] = dictionary[indices[index] ?? 0] ?? 0;
  } else if (encoding === encodings.deltaBinaryPacked && (plan.type === 'INT32' || plan.type === 'INT64')) {
    readDeltas(page, opened, plan, out);
  } else if (encoding === encodings.byteStreamSplit && width > 0) {
    if (bytes.length !== present * width) throw otherLength(page, present, width, bytes);
    readPlain(page, joinStreams(bytes, width, present), encodings.plain, present, plan, out);
  } else if (encoding === encodings.plain || width === 0 || encoding === encodings.deltaByteArray) {
    readPlain(page, bytes, encoding, present, plan, out);
  } else
    throw place.refuse(`numbers of type ${plan.type} in encoding ${encoding} are not supported`, 'PARQUET_UNSUPPORTED');
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
