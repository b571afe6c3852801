import type { ChunkPlan } from '../values/chunk-plan.ts';
import { encodings } from '../format/parquet-types.ts';
import { endsThere, hybridEndsThere } from '../values/page-padding.ts';
import type { PagePlace } from '../values/page-place.ts';
import type { PageCodec } from './page-codec.ts';
import type { PageMemory } from './page-memory.ts';
import { readIndexRuns, readLevelRuns } from './read-runs.ts';
import type { Page } from './walk-pages.ts';

/** A chunk whose pages have passed, and the memory in which they are decoded. */
export interface ChunkAccess {
  readonly chunk: Uint8Array;
  readonly plan: ChunkPlan;
  readonly codec: PageCodec;
  readonly memory: PageMemory;
}

/** A page unpacked: its values' bytes, and which rows have one. */
export interface PageValues {
  /** In the memory, at the address `at`; valid until the next page is opened. */
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Values that are not null. */
  readonly present: number;
  /** Whether some rows are null: then the memory has flags, 1 where there is a value, 0 where null. */
  readonly flagged: boolean;
}

/**
 * Unpacks a data page and removes its definition levels. A page of version 1 has them before its values, packed
 * with them, after their length; of version 2 first and never packed.
 *
 * @throws `PARQUET_PAGE_INVALID`
 */
export function openPage(page: Page, access: ChunkAccess): PageValues {
  const opened = unpackValues(page, access);
  if (access.plan.target.onlyNull !== true || opened.present === 0) return opened;
  throw page.place.refuse(`expected nothing but nulls in a column of type NULL, found ${opened.present} values`);
}

function unpackValues(page: Page, { chunk, plan, codec, memory }: ChunkAccess): PageValues {
  const { place, values, levelBytes, packedBytes, unpackedBytes } = page;
  const packed = memory.addressOf(chunk, page.packedAt, packedBytes);
  const whole = (at: number, length: number): PageValues => {
    return { bytes: memory.u8.subarray(at, at + length), at, present: values, flagged: false };
  };
  if (page.version === 2) {
    const length = unpackedBytes - levelBytes;
    const [start, size] = [packed + levelBytes, packedBytes - levelBytes];
    const at = page.isPacked ? codec(memory, start, size, length, place) : takePlain(start, size, length, page);
    return plan.optional ? withLevels(page, memory, packed, start, whole(at, length)) : whole(at, length);
  }
  const at = codec(memory, packed, packedBytes, unpackedBytes, place);
  if (!plan.optional) return whole(at, unpackedBytes);
  if (unpackedBytes < 4)
    throw place.refuse(`expected the length of the definition levels, found ${unpackedBytes} bytes`);
  const length = new DataView(memory.u8.buffer).getUint32(at, true);
  if (length > unpackedBytes - 4) {
    throw place.refuse(`the definition levels have ${length} bytes, but the page has only ${unpackedBytes - 4} left`);
  }
  const end = at + 4 + length;
  return withLevels(page, memory, at + 4, end, whole(end, unpackedBytes - 4 - length));
}

function takePlain(at: number, size: number, length: number, { place }: Page): number {
  if (size === length) return at;
  throw place.refuse(`expected ${length} bytes in a page that is not packed, found ${size}`);
}

function withLevels(page: Page, memory: PageMemory, at: number, end: number, opened: PageValues): PageValues {
  const { place, values, nulls } = page;
  const present = readLevelRuns(memory, at, end, values, place);
  if (nulls !== undefined && nulls !== values - present) {
    throw place.refuse(`the page header says ${nulls} nulls, its levels ${values - present}`);
  }
  return { ...opened, present, flagged: present < values };
}

/** Makes sure that the values of a page ended with its bytes, or its writer's padding. @throws `PARQUET_PAGE_INVALID` */
export function assertEnd(end: number, bytes: Uint8Array, plan: ChunkPlan, place: PagePlace): void {
  if (!endsThere(bytes, end, plan)) throw surplus(end, bytes, place);
}

function surplus(end: number, bytes: Uint8Array, place: PagePlace): Error {
  return place.refuse(`the page has ${bytes.length - end} bytes after its last value`);
}

/** The dictionary page's bytes, as {@link openPage} has them. @throws `PARQUET_PAGE_INVALID`, `PARQUET_UNSUPPORTED` */
export function openDictionary(page: Page, { chunk, codec, memory }: ChunkAccess): PageValues {
  if (page.encoding !== encodings.plain && page.encoding !== encodings.plainDictionary) {
    throw page.place.refuse(`expected a plain dictionary, found encoding ${page.encoding}`, 'PARQUET_UNSUPPORTED');
  }
  const packed = memory.addressOf(chunk, page.packedAt, page.packedBytes);
  const at = codec(memory, packed, page.packedBytes, page.unpackedBytes, page.place);
  return { bytes: memory.u8.subarray(at, at + page.unpackedBytes), at, present: page.values, flagged: false };
}

/**
 * Reads a page's indices into a dictionary of `size` entries (undefined: there is none) to the memory's values: as codes, or
 * with `look: 'up'` the numbers that they are of.
 * @throws `PARQUET_PAGE_INVALID` for an index out of it, and without a dictionary.
 */
export function readIndices(
  { place }: Page,
  { bytes, at, present }: PageValues,
  { plan, memory }: ChunkAccess,
  size: number | undefined,
  look: 'up' | 'none',
): void {
  // a page of nulls alone may have no byte, or a width and nothing else
  if (present === 0 && (bytes[0] ?? 0) <= 32) return;
  if (size === undefined) throw place.refuse('the values are indices, but the column chunk has no dictionary page');
  const width = bytes[0] ?? 33;
  if (width > 32) throw place.refuse(`expected indices of at most 32 bits, found ${width}`);
  const runs = { at: at + 1, end: at + bytes.length, width, count: present };
  readIndexRuns(memory, runs, size, look, place, (end) => {
    if (!hybridEndsThere(bytes, end - at, width, plan)) throw surplus(end - at, bytes, place);
  });
}
