import type { ChunkPlan, PageCounts } from '../values/chunk-plan.ts';
import { checksum } from '../../batch/checksum.ts';
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
  readonly packed: Uint8Array;
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
  /** The pages that hold values, each made when it is asked for: a chunk may have more of them than memory has room. */
  readonly data: Iterable<Page>;
  /** Whether there is a dictionary, and all values are indices into it. */
  readonly onlyDictionary: boolean;
  readonly counts: PageCounts;
}

/**
 * Walks over all pages of a chunk before anything is unpacked or decoded: every header is there and whole, every size
 * and count is possible, the values add up to the rows, checksums fit, and nothing is left over. So no decoder meets a
 * number that could make it loop or allocate without end. One pass over the headers, and one over the bytes where there
 * are checksums.
 *
 * @throws `PARQUET_PAGE_INVALID`, `PARQUET_CRC_MISMATCH`, `PARQUET_TOO_LARGE`, `PARQUET_ROW_COUNT`, `PARQUET_UNSUPPORTED`
 */
export function walkPages(bytes: Uint8Array, plan: ChunkPlan): ChunkPages {
  const whole = new PagePlace(plan, undefined, 0);
  if (plan.sum !== undefined && checksum(bytes) !== plan.sum >>> 0) {
    throw whole.refuse('the column chunk does not match its checksum in the footer', 'PARQUET_CRC_MISMATCH');
  }
  let dictionary: Page | undefined;
  let onlyDictionary = true;
  let values = 0;
  let pages = 0;
  let unchecked = 0;
  for (const { header, packed, place } of eachPage(bytes, plan)) {
    pages++;
    if (header.crc === undefined) unchecked++;
    else if (header.crc === null || checksum(packed) !== header.crc >>> 0) {
      throw place.refuse('the page does not match its checksum', 'PARQUET_CRC_MISMATCH');
    }
    if (header.type === pageTypes.index) continue;
    const page = judgePage(header, packed, plan, place);
    assertMemory(page, plan);
    plan.work?.take(page.unpackedBytes, place);
    if (header.type === pageTypes.dictionary) {
      if (dictionary !== undefined || values > 0) {
        throw place.refuse('expected a dictionary page only as the first page of the column chunk');
      }
      dictionary = page;
      continue;
    }
    onlyDictionary &&= page.values === 0 || usesDictionary(page);
    values += page.values;
    if (values > plan.rows) break;
  }
  if (values !== plan.rows) {
    const problem = `the pages hold ${values > plan.rows ? 'more than' : 'only'} ${Math.min(values, plan.rows)} values, but the row group has ${plan.rows} rows`;
    throw whole.refuse(problem, 'PARQUET_ROW_COUNT');
  }
  const data = { [Symbol.iterator]: () => dataPages(bytes, plan) };
  const counts = { pages, unchecked };
  return { place: whole, dictionary, data, onlyDictionary: onlyDictionary && dictionary !== undefined, counts };
}

/** Whether the values of a page are indices into the chunk's dictionary. */
export function usesDictionary({ encoding }: Page): boolean {
  return encoding === encodings.rleDictionary || encoding === encodings.plainDictionary;
}

/** The pages with values of a chunk that has passed. */
function* dataPages(bytes: Uint8Array, plan: ChunkPlan): Generator<Page, void, undefined> {
  for (const { header, packed, place } of eachPage(bytes, plan)) {
    if (header.type !== pageTypes.data && header.type !== pageTypes.dataV2) continue;
    const page = judgePage(header, packed, plan, place);
    if (page.values > 0) yield page;
  }
}

interface RawPage {
  readonly header: PageHeader;
  readonly packed: Uint8Array;
  readonly place: PagePlace;
}

function* eachPage(bytes: Uint8Array, plan: ChunkPlan): Generator<RawPage, void, undefined> {
  for (let at = 0, page = 1; at < bytes.length; page++) {
    const place = new PagePlace(plan, page, at);
    const header = readPageHeader(bytes, at);
    if (header === undefined) throw place.refuse('expected a page header, found other bytes');
    const packed = takePacked(bytes, at, header, place);
    at += header.length + packed.length;
    yield { header, packed, place };
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

function judgePage(header: PageHeader, packed: Uint8Array, plan: ChunkPlan, place: PagePlace): Page {
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
  const page = { place, version, values, encoding, packed, unpackedBytes } as const;
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
    levelBytes > packed.length ||
    levelBytes > unpackedBytes
  ) {
    throw place.refuse(
      `expected levels within the page of ${packed.length} bytes, found ${levelBytes} and ${repetition}`,
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
