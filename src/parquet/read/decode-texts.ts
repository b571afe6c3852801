import type { TextDictionary } from '../../batch/columns/column-batch.ts';
import { copyText } from '../../batch/columns/copy-text.ts';
import { TextTable } from '../../batch/tables/text-table.ts';
import { readByteArrays, type ByteArrayVisitor } from './read-byte-arrays.ts';
import type { ChunkPlan, ChunkValues } from '../values/chunk-plan.ts';
import { ReusedArrays } from '../values/reused-arrays.ts';
import { encodings } from '../format/parquet-types.ts';
import { longestInteger, readIntegerTexts } from './read-integer-texts.ts';
import type { PagePlace } from '../values/page-place.ts';
import { openDictionary, openPage, readIndices, type ChunkAccess, type PageValues } from './open-page.ts';
import { usesDictionary, type ChunkPages, type Page } from './walk-pages.ts';

/**
 * Decodes the pages of a chunk of text. Where all of them use the chunk's dictionary it is used unchanged; else every
 * value is looked up in a table, so that codes always belong to one dictionary. Throws what `decodeChunk` throws.
 */
export function decodeTexts(pages: ChunkPages, access: ChunkAccess): ChunkValues {
  const { plan, memory } = access;
  const codes = (plan.arrays ?? new ReusedArrays()).codes(plan.rows);
  const own = pages.dictionary === undefined ? undefined : readDictionary(pages.dictionary, access);
  const asItStands = pages.onlyDictionary && own !== undefined;
  const table = new BoundedTable(plan.limits.textBytes);
  const ids = asItStands || own === undefined ? undefined : internAll(table, own, pages.dictionary?.place);
  let hasNulls = false;
  let row = 0;
  for (const page of pages.data(access.chunk)) {
    const opened = openPage(page, access);
    const { present, flagged } = opened;
    hasNulls ||= flagged;
    const out = codes.subarray(row, row + page.values);
    if (usesDictionary(page)) readCodes(page, opened, access, own, ids);
    else readTexts(page, opened, plan, table, memory.codes(memory.values, present));
    if (flagged) memory.run((kernel) => kernel.spreadCodes(memory.values, present, memory.flags, page.values));
    out.set(memory.codes(memory.values, page.values));
    row += page.values;
  }
  const dictionary = asItStands ? own : table.toDictionary();
  assertUtf8(dictionary, pages.dictionary?.place ?? pages.place);
  return { kind: 'text', codes, dictionary, hasNulls, pages: pages.counts };
}

/** The distinct texts of a chunk: no more bytes than are allowed, as a small file may unpack to many. */
class BoundedTable {
  readonly #table = new TextTable();
  readonly #most: number;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  intern(bytes: Uint8Array, start: number, end: number, place: PagePlace | undefined): number {
    const before = this.#table.size;
    const code = this.#table.intern(bytes, start, end);
    if (this.#table.size > before) this.#bytes += costOfTexts(1, end - start);
    if (this.#bytes > this.#most && place !== undefined) throw tooManyTexts(this.#most, place);
    return code;
  }

  toDictionary(): TextDictionary {
    const { bytes, offsets } = this.#table.export();
    return { size: this.#table.size, offsets: new Uint32Array(offsets), bytes: new Uint8Array(bytes) };
  }
}

/**
 * Memory of so many texts of so many bytes: they are in a table or dictionary, are copied out of it, and once more into
 * the batch that holds them; besides come places, lengths and the slots of a table.
 */
export function costOfTexts(count: number, bytes: number): number {
  return 3 * bytes + 30 * count;
}

function readDictionary(page: Page, access: ChunkAccess): TextDictionary {
  const { plan } = access;
  const bytesOfIntegers = holdsIntegers(plan) ? page.values * longestInteger : 0;
  const needed = costOfTexts(page.values, page.unpackedBytes + bytesOfIntegers);
  if (needed > plan.limits.textBytes) throw tooManyTexts(plan.limits.textBytes, page.place);
  const { bytes: source } = openDictionary(page, access);
  const offsets = new Uint32Array(page.values + 1);
  const bytes = new Uint8Array(bytesOfIntegers === 0 ? source.length : bytesOfIntegers);
  let index = 0;
  let at = 0;
  readPieces(source, encodings.plain, page.values, plan, page.place, (piece, start, end) => {
    copyText(piece, start, end, bytes, at);
    at += end - start;
    offsets[++index] = at;
  });
  return { size: page.values, offsets, bytes: bytes.subarray(0, at) };
}

function tooManyTexts(most: number, place: PagePlace): Error {
  const problem = `the texts of the column need more than the remaining ${most} bytes of memory`;
  return place.refuse(`${problem}; raise limits.maxRowGroupBytes`, 'PARQUET_TOO_LARGE');
}

function holdsIntegers({ target }: ChunkPlan): boolean {
  return target.kind === 'text' && target.integer !== undefined;
}

function readPieces(
  bytes: Uint8Array,
  encoding: number,
  count: number,
  plan: ChunkPlan,
  place: PagePlace,
  visit: ByteArrayVisitor,
): void {
  if (holdsIntegers(plan)) readIntegerTexts(bytes, encoding, count, plan, place, visit);
  else readByteArrays(bytes, encoding, count, plan, place, visit);
}

function internAll(table: BoundedTable, dictionary: TextDictionary, place: PagePlace | undefined): Int32Array {
  const { size, offsets, bytes } = dictionary;
  const ids = new Int32Array(size);
  for (let code = 0; code < size; code++) {
    ids[code] = table.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0, place);
  }
  return ids;
}

/** Reads a page's indices as codes to the memory's values: by `ids` those of a table, else the dictionary's own. */
function readCodes(
  page: Page,
  opened: PageValues,
  access: ChunkAccess,
  own: TextDictionary | undefined,
  ids: Int32Array | undefined,
): void {
  const { memory } = access;
  readIndices(page, opened, access, own?.size, 'none');
  if (ids === undefined) return;
  const codes = memory.codes(memory.values, opened.present);
  for (let index = 0; index < codes.length; index++) codes[index] = ids[codes[index] ?? 0] ?? 0;
}

function readTexts(
  page: Page,
  { bytes, present }: PageValues,
  plan: ChunkPlan,
  table: BoundedTable,
  out: Int32Array,
): void {
  let index = 0;
  let [last, lastStart, lastEnd] = [bytes, 0, -1];
  readPieces(bytes, page.encoding, present, plan, page.place, (source, start, end) => {
    // most rows have the text of the row above, which is found out faster than looked up
    const repeats = source === last && isSame(source, lastStart, lastEnd, start, end);
    out[index] = repeats ? (out[index - 1] ?? 0) : table.intern(source, start, end, page.place);
    index++;
    // other encodings than PLAIN may use one buffer for all
    if (source === bytes) [last, lastStart, lastEnd] = [source, start, end];
  });
}

/** Whether two texts are the same; from the end, as numbered ones begin alike. */
function isSame(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let at = end - 1, other = otherEnd - 1; at >= start; at--, other--) if (bytes[at] !== bytes[other]) return false;
  return true;
}

/** All texts at once: they are UTF-8 if their bytes together are and none begins within a character. */
function assertUtf8({ size, offsets, bytes }: TextDictionary, place: PagePlace): void {
  let sound = true;
  for (let code = 0; code < size && sound; code++) {
    const start = offsets[code] ?? 0;
    sound = start === offsets[code + 1] || ((bytes[start] ?? 0) & 0xc0) !== 0x80;
  }
  if (!sound) throw place.refuse(notUtf8);
  try {
    // in pieces, as no string of JavaScript holds more than half a gigabyte
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      decoder.decode(bytes.subarray(at, at + pieceBytes), { stream: true });
    }
    decoder.decode();
  } catch (cause) {
    throw place.refuse(notUtf8, 'PARQUET_PAGE_INVALID', cause);
  }
}

const notUtf8 = 'expected text in UTF-8, found other bytes';

const pieceBytes = 1 << 20;
