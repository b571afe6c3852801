import type { ChunkPlan } from '../values/chunk-plan.ts';
import { unpackPage, type Unpack } from '../codecs/decompress.ts';
import { encodings } from '../format/parquet-types.ts';
import { decodeHybrid } from '../values/hybrid.ts';
import { decodeLevels } from '../values/levels.ts';
import { endsThere, hybridEndsThere } from '../values/page-padding.ts';
import type { PagePlace } from '../values/page-place.ts';
import type { Page } from './walk-pages.ts';

/** A page unpacked: its values' bytes, and which rows have one. */
export interface PageValues {
  readonly bytes: Uint8Array;
  /** Values that are not null. */
  readonly present: number;
  /** Per row 1 where there is a value, 0 where null; undefined when all have one. */
  readonly flags: Uint8Array | undefined;
}

/**
 * Unpacks a data page and removes its definition levels. A page of version 1 has them before its values, packed
 * with them, after their length; of version 2 first and never packed.
 *
 * @throws `PARQUET_PAGE_INVALID`
 */
export function openPage(page: Page, plan: ChunkPlan, unpack: Unpack): PageValues {
  const opened = unpackValues(page, plan, unpack);
  if (plan.target.onlyNull !== true || opened.present === 0) return opened;
  throw page.place.refuse(`expected nothing but nulls in a column of type NULL, found ${opened.present} values`);
}

function unpackValues(page: Page, plan: ChunkPlan, unpack: Unpack): PageValues {
  const { place, values, levelBytes } = page;
  if (page.version === 2) {
    const packed = page.packed.subarray(levelBytes);
    const length = page.unpackedBytes - levelBytes;
    const bytes = page.isPacked ? unpackPage(unpack, packed, length, place) : takePlain(packed, length, page);
    return plan.optional
      ? withLevels(page, page.packed, 0, levelBytes, bytes)
      : { bytes, present: values, flags: undefined };
  }
  const bytes = unpackPage(unpack, page.packed, page.unpackedBytes, place);
  if (!plan.optional) return { bytes, present: values, flags: undefined };
  if (bytes.length < 4) throw place.refuse(`expected the length of the definition levels, found ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > bytes.length - 4) {
    throw place.refuse(`the definition levels have ${length} bytes, but the page has only ${bytes.length - 4} left`);
  }
  return withLevels(page, bytes, 4, 4 + length, bytes.subarray(4 + length));
}

function takePlain(bytes: Uint8Array, length: number, { place }: Page): Uint8Array {
  if (bytes.length === length) return bytes;
  throw place.refuse(`expected ${length} bytes in a page that is not packed, found ${bytes.length}`);
}

function withLevels(page: Page, source: Uint8Array, at: number, end: number, bytes: Uint8Array): PageValues {
  const { place, values, nulls } = page;
  const { present, flags } = decodeLevels(source, at, end, values, place);
  if (nulls !== undefined && nulls !== values - present) {
    throw place.refuse(`the page header says ${nulls} nulls, its levels ${values - present}`);
  }
  return { bytes, present, flags };
}

/** Makes sure that the values of a page ended with its bytes, or its writer's padding. @throws `PARQUET_PAGE_INVALID` */
export function assertEnd(end: number, bytes: Uint8Array, plan: ChunkPlan, place: PagePlace): void {
  if (!endsThere(bytes, end, plan)) throw surplus(end, bytes, place);
}

function surplus(end: number, bytes: Uint8Array, place: PagePlace): Error {
  return place.refuse(`the page has ${bytes.length - end} bytes after its last value`);
}

/** The dictionary page's bytes. @throws `PARQUET_PAGE_INVALID`, `PARQUET_UNSUPPORTED` */
export function openDictionary(page: Page, unpack: Unpack): Uint8Array {
  if (page.encoding !== encodings.plain && page.encoding !== encodings.plainDictionary) {
    throw page.place.refuse(`expected a plain dictionary, found encoding ${page.encoding}`, 'PARQUET_UNSUPPORTED');
  }
  return unpackPage(unpack, page.packed, page.unpackedBytes, page.place);
}

/**
 * Reads a page's indices into a dictionary of `size` entries (undefined: there is none) into `indices[0, present)`.
 * @throws `PARQUET_PAGE_INVALID` for an index out of it, and without a dictionary.
 */
export function readIndices(
  { place }: Page,
  opened: PageValues,
  plan: ChunkPlan,
  size: number | undefined,
  indices: Int32Array,
): void {
  const { bytes, present } = opened;
  // a page of nulls alone may have no byte, or a width and nothing else
  if (present === 0 && (bytes[0] ?? 0) <= 32) return;
  if (size === undefined) throw place.refuse('the values are indices, but the column chunk has no dictionary page');
  const width = bytes[0] ?? 33;
  if (width > 32) throw place.refuse(`expected indices of at most 32 bits, found ${width}`);
  const end = decodeHybrid(bytes, 1, bytes.length, width, present, indices, place);
  if (!hybridEndsThere(bytes, end, width, plan)) throw surplus(end, bytes, place);
  if (width < 31 && size >= 2 ** width) return; // none can be out of it
  for (let index = 0; index < present; index++) {
    // an index of 32 bits may look negative
    if ((indices[index] ?? 0) >>> 0 >= size) {
      throw place.refuse(`value ${index + 1} is entry ${(indices[index] ?? 0) >>> 0} of a dictionary of ${size}`);
    }
  }
}
