import { readByteArrays } from './byte-arrays.ts';
import type { ChunkPlan, ChunkValues } from './chunk-values.ts';
import type { Unpack } from './codecs.ts';
import { decodeDelta } from './delta.ts';
import { encodings } from './encodings.ts';
import { endsThere } from './page-padding.ts';
import { openDictionary, openPage, readIndices, usesDictionary, type PageValues } from './page-values.ts';
import { fromBigEndian, fromInt32, fromInt64, plainWidth, readPlainNumbers } from './raw-numbers.ts';
import type { ChunkPages, Page } from './walk-pages.ts';

/** Decodes the pages of a chunk of numbers or times. Throws what `decodeChunk` throws. */
export function decodeNumbers(pages: ChunkPages, plan: ChunkPlan, unpack: Unpack): ChunkValues {
  const values = new Float64Array(plan.rows);
  const dictionary = readDictionary(pages.dictionary, plan, unpack);
  let nulls: Uint8Array | undefined;
  let row = 0;
  for (const page of pages.data) {
    const opened = openPage(page, plan, unpack);
    const { levels, present } = opened;
    if (levels === undefined) {
      readValues(page, opened, plan, dictionary, values, row);
    } else {
      const dense = new Float64Array(present);
      readValues(page, opened, plan, dictionary, dense, 0);
      nulls ??= new Uint8Array(plan.rows);
      spread(dense, levels, values, nulls, row);
    }
    row += page.values;
  }
  return { kind: plan.target.kind === 'time' ? 'time' : 'number', values, nulls, pages: pages.counts };
}

/** Puts dense values at the rows that have one, and NaN and a flag at the others. */
function spread(dense: Float64Array, levels: Int32Array, values: Float64Array, nulls: Uint8Array, row: number): void {
  let next = 0;
  for (let index = 0; index < levels.length; index++) {
    if (levels[index] === 0) {
      values[row + index] = Number.NaN;
      nulls[row + index] = 1;
    } else values[row + index] = dense[next++] ?? 0;
  }
}

function readDictionary(page: Page | undefined, plan: ChunkPlan, unpack: Unpack): Float64Array {
  if (page === undefined) return new Float64Array(0);
  const bytes = openDictionary(page, unpack);
  const entries = new Float64Array(page.values);
  readPlain(page, bytes, page.values, plan, entries, 0);
  return entries;
}

function readValues(
  page: Page,
  opened: PageValues,
  plan: ChunkPlan,
  dictionary: Float64Array,
  out: Float64Array,
  at: number,
): void {
  const { bytes, present } = opened;
  if (usesDictionary(page)) {
    const indices = readIndices(page, opened, dictionary.length);
    for (let index = 0; index < present; index++) out[at + index] = dictionary[indices[index] ?? 0] ?? 0;
  } else if (page.encoding === encodings.deltaBinaryPacked && (plan.type === 'INT32' || plan.type === 'INT64')) {
    readDeltas(page, opened, plan, out, at);
  } else if (page.encoding === encodings.byteStreamSplit && plainWidth(plan) > 0) {
    readPlain(page, joinStreams(bytes, plainWidth(plan), present), present, plan, out, at);
  } else if (page.encoding === encodings.plain || plan.type === 'BYTE_ARRAY') {
    readPlain(page, bytes, present, plan, out, at);
  } else {
    throw page.place.refuse(`numbers of type ${plan.type} in encoding ${page.encoding}`, 'PARQUET_UNSUPPORTED');
  }
}

function readPlain(page: Page, bytes: Uint8Array, count: number, plan: ChunkPlan, out: Float64Array, at: number): void {
  const { place } = page;
  const { target } = plan;
  if (target.kind === 'text') return; // decoded elsewhere
  const width = plainWidth(plan);
  if (width === 0) {
    let index = at;
    readByteArrays(bytes, page.encoding, count, plan, place, (source, start, end) => {
      if (end - start > longestDecimal) throw place.refuse(`a decimal of ${end - start} bytes`, 'PARQUET_UNSUPPORTED');
      out[index++] = fromBigEndian(source.subarray(start, end), target);
    });
    return;
  }
  if (!endsThere(bytes, count * width, plan)) {
    throw place.refuse(`expected ${count} values of ${width} bytes, found ${bytes.length} bytes`);
  }
  readPlainNumbers(bytes, count, plan, out, at, place);
}

const longestDecimal = 64;

function readDeltas(page: Page, { bytes, present }: PageValues, plan: ChunkPlan, out: Float64Array, at: number): void {
  const { place } = page;
  const { target } = plan;
  if (target.kind === 'text') return;
  const { low, high } = decodeDelta(bytes, 0, present, place);
  for (let index = 0; index < present; index++) {
    const lower = low[index] ?? 0;
    out[at + index] =
      plan.type === 'INT32' ? fromInt32(lower | 0, target, place) : fromInt64(high[index] ?? 0, lower, target, place);
  }
}

/** BYTE_STREAM_SPLIT: first the first bytes of all values, then the second bytes, and so on. */
function joinStreams(bytes: Uint8Array, width: number, count: number): Uint8Array {
  const joined = new Uint8Array(bytes.length);
  if (bytes.length !== count * width) return joined.subarray(0, 0);
  for (let byte = 0; byte < width; byte++) {
    for (let index = 0; index < count; index++) joined[index * width + byte] = bytes[byte * count + index] ?? 0;
  }
  return joined;
}
