import type { TextDictionary } from '../batch/column-batch.ts';
import { TextTable } from '../batch/text-table.ts';
import { readByteArrays } from './byte-arrays.ts';
import type { ChunkPlan, ChunkValues } from './chunk-values.ts';
import type { Unpack } from './codecs.ts';
import { encodings } from './encodings.ts';
import type { PagePlace } from './page-place.ts';
import { openDictionary, openPage, readIndices, usesDictionary, type PageValues } from './page-values.ts';
import type { ChunkPages, Page } from './walk-pages.ts';

/**
 * Decodes the pages of a chunk of text. Where all of them use the chunk's dictionary it is taken as it stands; else every
 * value is looked up in a table, so that codes always belong to one dictionary. Throws what `decodeChunk` throws.
 */
export function decodeTexts(pages: ChunkPages, plan: ChunkPlan, unpack: Unpack): ChunkValues {
  const codes = new Int32Array(plan.rows);
  const own = pages.dictionary === undefined ? undefined : readDictionary(pages.dictionary, plan, unpack);
  const asItStands = own !== undefined && pages.data.every(usesDictionary);
  const table = asItStands ? undefined : new TextTable();
  const ids = table === undefined || own === undefined ? undefined : internAll(table, own);
  let row = 0;
  for (const page of pages.data) {
    const opened = openPage(page, plan, unpack);
    const dense = usesDictionary(page)
      ? readCodes(page, opened, own, ids)
      : readTexts(page, opened, plan, table ?? new TextTable());
    place(dense, opened.levels, codes, row);
    row += page.values;
  }
  const dictionary = table === undefined ? (own ?? emptyDictionary) : toDictionary(table);
  assertUtf8(dictionary, pages.dictionary?.place ?? pages.data[0]?.place);
  return { kind: 'text', codes, dictionary, pages: pages.counts };
}

const emptyDictionary: TextDictionary = { size: 0, offsets: new Uint32Array(1), bytes: new Uint8Array(0) };

function readDictionary(page: Page, plan: ChunkPlan, unpack: Unpack): TextDictionary {
  const source = openDictionary(page, unpack);
  const offsets = new Uint32Array(page.values + 1);
  const bytes = new Uint8Array(source.length);
  let index = 0;
  let at = 0;
  readByteArrays(source, encodings.plain, page.values, plan, page.place, (piece, start, end) => {
    bytes.set(piece.subarray(start, end), at);
    at += end - start;
    offsets[++index] = at;
  });
  return { size: page.values, offsets, bytes: bytes.subarray(0, at) };
}

function internAll(table: TextTable, { size, offsets, bytes }: TextDictionary): Int32Array {
  const ids = new Int32Array(size);
  for (let code = 0; code < size; code++) ids[code] = table.intern(bytes, offsets[code] ?? 0, offsets[code + 1] ?? 0);
  return ids;
}

function readCodes(
  page: Page,
  opened: PageValues,
  own: TextDictionary | undefined,
  ids: Int32Array | undefined,
): Int32Array {
  const indices = readIndices(page, opened, own?.size ?? 0);
  if (ids !== undefined)
    for (let index = 0; index < indices.length; index++) indices[index] = ids[indices[index] ?? 0] ?? 0;
  return indices;
}

function readTexts(page: Page, { bytes, present }: PageValues, plan: ChunkPlan, table: TextTable): Int32Array {
  const { encoding } = page;
  const known = [encodings.plain, encodings.deltaLengthByteArray, encodings.deltaByteArray].some(
    (one) => one === encoding,
  );
  if (!known) throw page.place.refuse(`text in encoding ${encoding}`, 'PARQUET_UNSUPPORTED');
  const codes = new Int32Array(present);
  let index = 0;
  readByteArrays(bytes, encoding, present, plan, page.place, (source, start, end) => {
    codes[index++] = table.intern(source, start, end);
  });
  return codes;
}

function place(dense: Int32Array, levels: Int32Array | undefined, codes: Int32Array, row: number): void {
  if (levels === undefined) {
    codes.set(dense, row);
    return;
  }
  let next = 0;
  for (let index = 0; index < levels.length; index++)
    codes[row + index] = levels[index] === 0 ? -1 : (dense[next++] ?? 0);
}

function toDictionary(table: TextTable): TextDictionary {
  const { bytes, offsets } = table.export();
  return { size: table.size, offsets: new Uint32Array(offsets), bytes: new Uint8Array(bytes) };
}

/** All texts at once: they are UTF-8 if their bytes together are and none begins within a character. */
function assertUtf8({ size, offsets, bytes }: TextDictionary, where: PagePlace | undefined): void {
  let sound = true;
  for (let code = 0; code < size && sound; code++) {
    const start = offsets[code] ?? 0;
    sound = start === offsets[code + 1] || ((bytes[start] ?? 0) & 0xc0) !== 0x80;
  }
  try {
    if (sound) decoder.decode(bytes);
  } catch {
    sound = false;
  }
  if (!sound && where !== undefined) throw where.refuse('expected text in UTF-8, found other bytes');
}

const decoder = new TextDecoder('utf-8', { fatal: true });
