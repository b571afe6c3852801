import type { ChunkPlan, PageCounts } from '../values/chunk-plan.ts';
import { checksum, joinChecksums } from '../../batch/hash/checksum.ts';
import { encodings, pageTypes } from '../format/parquet-types.ts';
import { readPageHeader, type PageHeader } from '../format/page-header.ts';
import { PagePlace } from '../values/page-place.ts';
import { plainWidth } from '../values/raw-numbers.ts';

/** One page that has passed every check which does not need its content. */
export interface Page {
  readonly place: PagePlace;
  readonly version: 1 | 2;
  /** Values, nulls counted. */
  readonly values: number;
  /** As `parquet.thrift` numbers them. */
  readonly encoding: number;
  /** Where its bytes begin in the chunk, and how many they are. */
  readonly packedAt: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Of a page of version 2: bytes of definition levels, which come first and are never packed. */
  readonly levelBytes: number;
  /** Whether the codec of the chunk was used. */
  readonly isPacked: boolean;
  /** Of a page of version 2: how many values are null according to its header. */
  readonly nulls: number | undefined;
}

/** The pages of a chunk. */
export interface ChunkPages {
  /** The chunk itself. */
  readonly place: PagePlace;
  readonly dictionary: Page | undefined;
  /** The pages that hold values; made when they are asked for where they are more than memory should hold. */
  readonly data: (bytes: Uint8Array) => Iterable<Page>;
  /** What the largest page has, each for itself. */
  readonly most: { readonly packedBytes: number; readonly unpackedBytes: number; readonly values: number };
  /** Whether there is a dictionary, and all values are indices into it. */
  readonly onlyDictionary: boolean;
  readonly counts: PageCounts;
}

/**
 * Walks over all pages of a chunk before anything is unpacked or decoded: every header is there and whole, every size
 * and count is possible, the values add up to the rows, checksums fit, and nothing is left over. So no decoder meets a
 * number that could make it loop or allocate without end. One pass over the headers, and one over the bytes where there
 * are checksums: that of the chunk is made of those of its pages.
 *
 * @throws `PARQUET_PAGE_INVALID`, `PARQUET_CRC_MISMATCH`, `PARQUET_TOO_LARGE`, `PARQUET_ROW_COUNT`, `PARQUET_UNSUPPORTED`
 */
export function walkPages(bytes: Uint8Array, plan: ChunkPlan): ChunkPages {
  const whole = new PagePlace(plan, undefined, 0);
  const assertSum = (sum: () => number): void => {
    if (plan.sum === undefined || sum() === plan.sum >>> 0) return;
    throw whole.refuse('the column chunk does not match its checksum in the footer', 'PARQUET_CRC_MISMATCH');
  };
  try {
    const { pages, sum } = walk(bytes, plan, whole);
    assertSum(() => sum);
    return pages;
  } catch (error) {
    // that the chunk is damaged goes before what the damage looks like
    assertSum(() => checksum(bytes));
    throw error;
  }
}

function walk(
  bytes: Uint8Array,
  plan: ChunkPlan,
  whole: PagePlace,
): { readonly pages: ChunkPages; readonly sum: number } {
  let dictionary: Page | undefined;
  let onlyDictionary = true;
  let values = 0;
  let pages = 0;
  let unchecked = 0;
  let sum = 0;
  const most = { packedBytes: 0, unpackedBytes: 0, values: 0 };
  const kept: Page[] = [];
  for (const raw of eachPage(bytes, plan)) {
    const { header, place } = raw;
    pages++;
    sum = checkSums(bytes, raw, plan, sum);
    if (header.crc === undefined) unchecked++;
    if (header.type === pageTypes.index) continue;
    const page = judgePage(raw, plan);
    assertMemory(page, plan);
    plan.work?.take(page.unpackedBytes, place);
    most.packedBytes = Math.max(most.packedBytes, page.packedBytes);
    most.unpackedBytes = Math.max(most.unpackedBytes, page.unpackedBytes);
    if (header.type === pageTypes.dictionary) {
      if (dictionary !== undefined || values > 0) {
        throw place.refuse('expected a dictionary page only as the first page of the column chunk');
      }
      dictionary = page;
      continue;
    }
    most.values = Math.max(most.values, page.values);
    onlyDictionary &&= page.values === 0 || usesDictionary(page);
    values += page.values;
    if (values > plan.rows) break;
    if (page.values > 0 && kept.length <= mostKept) kept.push(page);
  }
  if (values !== plan.rows) {
    const problem = `the pages hold ${values > plan.rows ? 'more than' : 'only'} ${Math.min(values, plan.rows)} values, but the row group has ${plan.rows} rows`;
    throw whole.refuse(problem, 'PARQUET_ROW_COUNT');
  }
  const data = (again: Uint8Array): Iterable<Page> => (kept.length <= mostKept ? kept : dataPages(again, plan));
  const counts = { pages, unchecked };
  onlyDictionary &&= dictionary !== undefined;
  return { pages: { place: whole, dictionary, data, most, onlyDictionary, counts }, sum };
}

/** A chunk may have more pages than memory should hold, of a byte or two each: then their headers are read twice. */
const mostKept = 4096;

/**
 * Makes sure that a page fits its checksum; returns the checksum of the chunk up to its end, `before` being that of what
 * precedes it, where the plan has one to compare it with. @throws `PARQUET_CRC_MISMATCH`
 */
function checkSums(bytes: Uint8Array, { header, at, packed, place }: RawPage, plan: ChunkPlan, before: number): number {
  const own = header.crc === undefined ? undefined : checksum(packed);
  if (own !== undefined && (header.crc === null || own !== (header.crc ?? 0) >>> 0)) {
    throw place.refuse('the page does not match its checksum', 'PARQUET_CRC_MISMATCH');
  }
  if (plan.sum === undefined) return 0;
  const sum = checksum(bytes.subarray(at, at + header.length), before);
  // joining costs about as much as a few kilobytes do
  return own === undefined || packed.length < 8192 ? checksum(packed, sum) : joinChecksums(sum, own, packed.length);
}

/** Whether the values of a page are indices into the chunk's dictionary. */
export function usesDictionary({ encoding }: Page): boolean {
  return encoding === encodings.rleDictionary || encoding === encodings.plainDictionary;
}

/** The pages with values of a chunk that has passed. */
function* dataPages(bytes: Uint8Array, plan: ChunkPlan): Generator<Page, void, undefined> {
  for (const raw of eachPage(bytes, plan)) {
    if (raw.header.type !== pageTypes.data && raw.header.type !== pageTypes.dataV2) continue;
    const page = judgePage(raw, plan);
    if (page.values > 0) yield page;
  }
}

interface RawPage {
  readonly header: PageHeader;
  /** Where the header begins in the chunk. */
  readonly at: number;
  readonly packed: Uint8Array;
  readonly place: PagePlace;
}

function* eachPage(bytes: Uint8Array, plan: ChunkPlan): Generator<RawPage, void, undefined> {
  for (let at = 0, page = 1; at < bytes.length; page++) {
    const place = new PagePlace(plan, page, at);
    const header = readPageHeader(bytes, at);
    if (header === undefined) throw place.refuse('expected a page header, found other bytes');
    const packed = takePacked(bytes, at, header, place);
    yield { header, at, packed, place };
    at += header.length + packed.length;
  }
}

function takePacked(bytes: Uint8Array, at: number, header: PageHeader, place: PagePlace): Uint8Array {
  const { packedBytes: packed, unpackedBytes: unpacked } = header;
  const left = bytes.length - at - header.length;
  if (packed === undefined || unpacked === undefined || packed < 0 || unpacked < 0 || unpacked > 0x7fff_ffff) {
    throw place.refuse(`expected valid page sizes, found ${packed} and ${unpacked}`);
  }
  if (packed > left) throw place.refuse(`the page has ${packed} bytes, but its column chunk has only ${left} left`);
  return bytes.subarray(at + header.length, at + header.length + packed);
}

function judgePage({ header, at, packed, place }: RawPage, plan: ChunkPlan): Page {
  const unpackedBytes = header.unpackedBytes ?? 0;
  assertSize(packed.length, unpackedBytes, plan, place);
  const { type } = header;
  const fields = type === pageTypes.dataV2 ? header.dataV2 : type === pageTypes.data ? header.data : header.dictionary;
  if (fields === undefined || (type !== pageTypes.dataV2 && type !== pageTypes.data && type !== pageTypes.dictionary)) {
    throw place.refuse(`expected a data or dictionary page with its own header, found type ${type}`);
  }
  const version = type === pageTypes.dataV2 ? 2 : 1;
  const values = fields.int(1);
  const encoding = fields.int(version === 2 ? 4 : 2);
  // a run of many values takes a few bytes: the chunk's rows bound what a page may claim; the entries of a dictionary
  // take their width, texts at least the four bytes of their length
  const most = type === pageTypes.dictionary ? Math.floor(unpackedBytes / (plainWidth(plan) || 4)) : plan.rows;
  if (values === undefined || encoding === undefined || values < 0 || values > most) {
    throw place.refuse(`expected a page of at most ${most} values, found ${values} in encoding ${encoding}`);
  }
  const [packedAt, packedBytes] = [at + header.length, packed.length];
  const page = { place, version, values, encoding, packedAt, packedBytes, unpackedBytes } as const;
  if (version === 1) {
    if (type === pageTypes.data && (fields.int(3) === undefined || fields.int(4) === undefined)) {
      throw place.refuse('expected level encodings in the page header, found none');
    }
    if (plan.optional && type === pageTypes.data && fields.int(3) !== encodings.rle) {
      throw place.refuse(`expected levels in RLE, found encoding ${fields.int(3)}`, 'PARQUET_UNSUPPORTED');
    }
    return { ...page, levelBytes: 0, isPacked: true, nulls: undefined };
  }
  const levelBytes = fields.int(5) ?? -1;
  const repetition = fields.int(6) ?? -1;
  if (
    levelBytes < 0 ||
    (levelBytes > 0 && !plan.optional) ||
    repetition !== 0 ||
    levelBytes > packedBytes ||
    levelBytes > unpackedBytes
  ) {
    throw place.refuse(
      `expected levels within the page of ${packedBytes} bytes, found ${levelBytes} and ${repetition}`,
    );
  }
  if (fields.int(3) !== values) throw place.refuse(`expected ${values} rows in the page, found ${fields.int(3)}`);
  const nulls = fields.int(2);
  if (plan.untoldNulls === true) return { ...page, levelBytes, isPacked: fields.flag(7) !== false, nulls: undefined };
  if (nulls === undefined || nulls < 0 || nulls > (plan.optional ? values : 0)) {
    throw place.refuse(`expected at most ${plan.optional ? values : 0} nulls in the page, found ${nulls}`);
  }
  return { ...page, levelBytes, isPacked: fields.flag(7) !== false, nulls };
}

/** A page is unpacked in a buffer, by some codecs twice; its values take levels, indices and lengths besides. */
function assertMemory({ unpackedBytes, values, place }: Page, { limits }: ChunkPlan): void {
  const needed = 2 * unpackedBytes + bytesOfValue * values;
  if (needed <= (limits.memoryBytes ?? Infinity)) return;
  const problem =
    `the page of ${values} values needs ${needed} bytes of memory, but only ${limits.memoryBytes} are left; ` +
    'ask for fewer columns, or raise limits.maxRowGroupBytes';
  throw place.refuse(problem, 'PARQUET_TOO_LARGE');
}

const bytesOfValue = 17;
const smallPage = 1 << 20;

function assertSize(packed: number, unpacked: number, { limits }: ChunkPlan, place: PagePlace): void {
  if (unpacked > limits.pageBytes) {
    const problem = `the page decompresses to ${unpacked} bytes, more than the ${limits.pageBytes} allowed; raise limits.maxPageBytes`;
    throw place.refuse(problem, 'PARQUET_TOO_LARGE');
  }
  if (unpacked > smallPage && unpacked > packed * limits.ratio) {
    const problem =
      `the page of ${packed} bytes decompresses to ${unpacked}, more than ${limits.ratio} times its size; ` +
      'raise limits.maxRatio';
    throw place.refuse(problem, 'PARQUET_TOO_LARGE');
  }
}
