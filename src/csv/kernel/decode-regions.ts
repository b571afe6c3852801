import type { ColumnSchema } from '../../schema/schema.ts';
import { kernelKind } from './kernel.ts';
import { map } from './map.generated.ts';
import { Regions } from './regions.ts';

/** Where a decoded column's outputs are in the kernel's memory. */
export interface ColumnRegion {
  readonly column: ColumnSchema;
  /** Address of the column's descriptor. */
  readonly descriptor: number;
  readonly values: number;
  readonly states: number;
  readonly slots: number;
  readonly slotCount: number;
  readonly offsets: number;
  readonly bytes: number;
  /** Just after the region at `bytes`. */
  readonly bytesEnd: number;
}

/** Where everything of one part is in the kernel's memory. */
export interface DecodeRegions {
  readonly columns: readonly ColumnRegion[];
  readonly hard: number;
  readonly hardCapacity: number;
  /** For the addresses of the delimiters of a block of rows. */
  readonly delimiters: number;
  readonly header: number;
  /** Two regions for input: while one is decoded, the other is filled. */
  readonly inputs: readonly [number, number];
  /** Bytes of an input region in front of a chunk, for the unfinished record of the previous chunk. */
  readonly carryBytes: number;
  /** Bytes of memory in total. */
  readonly size: number;
}

/** What the regions depend on. */
export interface DecodeNeeds {
  readonly fields: readonly ColumnSchema[];
  readonly wanted: ReadonlySet<string>;
  readonly batchRows: number;
  readonly chunkBytes: number;
  readonly recordLimit: number;
  readonly headerBytes: number;
  /** Whether the kernel checks how fields are spelled. */
  readonly checkSpelling: boolean;
}

/** Bytes after each region; those after a chunk stop the kernel's scans. */
export const padding = 128;
/** The least room for numbers that JavaScript rounds; those of one row must fit. */
const fewestHard = 1024;
/** Rows of a block whose delimiters are listed together: a block and its list stay in the first-level cache. */
const blockRows = 128;
/** A batch ends once a dictionary has grown past this. */
const dictionaryBytes = 256 * 1024;

/** Places the regions of a part after the column descriptors. Pure arithmetic. */
export function planDecodeRegions(needs: DecodeNeeds): DecodeRegions {
  const regions = new Regions(needs.fields.length, padding);
  const take = (bytes: number): number => regions.take(bytes);
  const { batchRows } = needs;
  const slotCount = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * batchRows)));
  const longest = needs.recordLimit + needs.chunkBytes + padding;
  const columns: ColumnRegion[] = [];
  for (const [index, column] of needs.fields.entries()) {
    if (!needs.wanted.has(column.name)) continue;
    const text = column.kind === 'text';
    const bytesLength = text ? dictionaryBytes + longest : 32;
    const region = {
      column,
      descriptor: map.COLUMNS + index * map.COLUMN_BYTES,
      values: take(batchRows * (text ? 4 : 8)),
      states: text ? 0 : take(batchRows),
      slots: text ? take(slotCount * 4) : 0,
      slotCount: text ? slotCount : 0,
      offsets: text ? take((batchRows + 2) * 4) : 0,
      bytes: take(bytesLength),
    };
    columns.push({ ...region, bytesEnd: region.bytes + bytesLength });
  }
  const hardCapacity = Math.max(fewestHard, needs.fields.length);
  const hard = take(hardCapacity * 16);
  const delimiters = take((blockRows * (needs.fields.length + 1) + map.EXTRA_DELIMITERS) * 4);
  const header = take(needs.headerBytes);
  const inputs: [number, number] = [take(longest), take(longest)];
  const carryBytes = needs.recordLimit + padding;
  return { columns, hard, hardCapacity, delimiters, header, inputs, carryBytes, size: regions.next };
}

/** Writes the context and the column descriptors for a part whose header record is `header`. */
export function writeDescriptors(
  memory: WebAssembly.Memory,
  regions: DecodeRegions,
  needs: DecodeNeeds,
  header: Uint8Array,
): void {
  const view = new DataView(memory.buffer);
  const put = (address: number, value: number): void => view.setUint32(address, value, true);
  for (const address of [
    map.POSITION,
    map.END,
    map.ROWS,
    map.HARD_COUNT,
    map.LINE_ENDS,
    map.BLANK_LINES,
    map.QUOTED_BREAKS,
    map.RESPELLED,
    map.ADDED_END,
  ]) {
    put(address, 0);
  }
  put(map.FIELDS, needs.fields.length);
  put(map.CAPACITY, needs.batchRows);
  put(map.HARD, regions.hard);
  put(map.HARD_CAPACITY, regions.hardCapacity);
  put(map.DELIMITERS, regions.delimiters);
  put(map.DELIMITER_ROWS, blockRows);
  put(map.HEADER, regions.header);
  put(map.HEADER_LENGTH, header.length);
  put(map.RECORD_LIMIT, needs.recordLimit);
  put(map.CHECK_SPELLING, needs.checkSpelling ? 1 : 0);
  new Uint8Array(memory.buffer).set(header, regions.header);
  for (const [index, column] of needs.fields.entries()) {
    put(map.COLUMNS + index * map.COLUMN_BYTES + map.KIND, kernelKind(column, needs.wanted.has(column.name)));
  }
  for (const region of regions.columns) {
    put(region.descriptor + map.VALUES, region.values);
    put(region.descriptor + map.STATES, region.states);
    put(region.descriptor + map.LAST_LENGTH, map.NO_LAST);
    put(region.descriptor + map.LAST_TEXT, region.bytes);
    put(region.descriptor + map.LAST_CODE, 0);
    put(region.descriptor + map.SPELLINGS, 0);
    put(region.descriptor + map.SLOTS, region.slots);
    put(region.descriptor + map.SLOT_MASK, region.slotCount - 1);
    put(region.descriptor + map.OFFSETS, region.offsets);
    put(region.descriptor + map.BYTES, region.bytes);
    put(region.descriptor + map.BYTES_LIMIT, dictionaryBytes);
    put(region.descriptor + map.BYTES_END, region.bytesEnd);
  }
  clearDictionaries(memory, regions);
}

/** Empties the dictionaries before a batch. */
export function clearDictionaries(memory: WebAssembly.Memory, regions: DecodeRegions): void {
  const view = new DataView(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  view.setUint32(map.DICTIONARY_FULL, 0, true);
  for (const region of regions.columns) {
    if (region.column.kind !== 'text') continue;
    bytes.fill(0, region.slots, region.slots + region.slotCount * 4);
    view.setUint32(region.offsets, 0, true);
    view.setUint32(region.descriptor + map.DICTIONARY_SIZE, 0, true);
    view.setUint32(region.descriptor + map.LAST_LENGTH, map.NO_LAST, true);
    view.setUint32(region.descriptor + map.GROWN_ROW, map.NO_ROW, true);
  }
}

/** The spellings met so far in each decoded time column, by its name. */
export function spellingsFound(view: DataView, { columns }: DecodeRegions): Map<string, number> {
  const times = columns.filter(({ column }) => column.kind === 'time');
  return new Map(
    times.map(({ column, descriptor }) => [column.name, view.getUint32(descriptor + map.SPELLINGS, true)]),
  );
}
