import type { ChunkPlan } from './chunk-values.ts';
import { unpackPage, type Unpack } from './codecs.ts';
import { encodings } from './encodings.ts';
import { decodeHybrid } from './hybrid.ts';
import type { Page } from './walk-pages.ts';

/** A page unpacked: its values' bytes, and which rows have one. */
export interface PageValues {
  readonly bytes: Uint8Array;
  /** Values that are not null. */
  readonly present: number;
  /** Per row 1 where there is a value; undefined when all have one. */
  readonly levels: Int32Array | undefined;
}

/**
 * Unpacks a data page and takes its definition levels off. A page of version 1 has them in front of its values, packed
 * with them, behind their length; of version 2 in front and never packed.
 *
 * @throws `PARQUET_PAGE_INVALID`
 */
export function openPage(page: Page, plan: ChunkPlan, unpack: Unpack): PageValues {
  const { place, values, levelBytes } = page;
  if (page.version === 2) {
    const packed = page.packed.subarray(levelBytes);
    const length = page.unpackedBytes - levelBytes;
    const bytes = unpackPage(page.isPacked && packed.length > 0 ? unpack : (same) => same, packed, length, place);
    if (!plan.optional) return { bytes, present: values, levels: undefined };
    return withLevels(page, page.packed, 0, levelBytes, bytes);
  }
  const bytes = unpackPage(unpack, page.packed, page.unpackedBytes, place);
  if (!plan.optional) return { bytes, present: values, levels: undefined };
  if (bytes.length < 4) throw place.refuse(`expected the length of the definition levels, found ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - 4) {
    throw place.refuse(`the definition levels have ${length} bytes, the page has ${bytes.length - 4} left`);
  }
  return withLevels(page, bytes, 4, 4 + length, bytes.subarray(4 + length));
}

function withLevels(
  { values, place }: Page,
  source: Uint8Array,
  at: number,
  end: number,
  bytes: Uint8Array,
): PageValues {
  const levels = new Int32Array(values);
  decodeHybrid(source, at, end, 1, values, levels, place);
  let present = 0;
  for (let row = 0; row < values; row++) present += levels[row] ?? 0;
  return { bytes, present, levels: present === values ? undefined : levels };
}

/** The dictionary page's bytes. @throws `PARQUET_PAGE_INVALID`, `PARQUET_UNSUPPORTED` */
export function openDictionary(page: Page, unpack: Unpack): Uint8Array {
  if (page.encoding !== encodings.plain && page.encoding !== encodings.plainDictionary) {
    throw page.place.refuse(`expected a plain dictionary, found encoding ${page.encoding}`, 'PARQUET_UNSUPPORTED');
  }
  return unpackPage(unpack, page.packed, page.unpackedBytes, page.place);
}

/** Whether the values of a page are indices into the chunk's dictionary. */
export function usesDictionary({ encoding }: Page): boolean {
  return encoding === encodings.rleDictionary || encoding === encodings.plainDictionary;
}

/**
 * Reads a page's indices into a dictionary of `size` entries.
 * @throws `PARQUET_PAGE_INVALID` for an index out of it.
 */
export function readIndices({ place }: Page, { bytes, present }: PageValues, size: number): Int32Array {
  const indices = new Int32Array(present);
  if (present === 0) return indices;
  const width = bytes[0] ?? 33;
  if (width > 32) throw place.refuse(`expected indices of at most 32 bits, found ${width}`);
  decodeHybrid(bytes, 1, bytes.length, width, present, indices, place);
  for (let index = 0; index < present; index++) {
    // an index of 32 bits may look negative
    if ((indices[index] ?? 0) >>> 0 >= size) {
      throw place.refuse(`value ${index + 1} is entry ${(indices[index] ?? 0) >>> 0} of a dictionary of ${size}`);
    }
  }
  return indices;
}
