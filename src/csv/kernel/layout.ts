import type { ColumnSchema } from '../../schema/schema.ts';
import { at, kernelKind, member, noLast, noRow } from './kernel.ts';

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
  /** Just behind the region at `bytes`. */
  readonly bytesEnd: number;
}

/** Where everything of one part is in the kernel's memory. */
export interface KernelLayout {
  readonly columns: readonly ColumnRegion[];
  readonly hard: number;
  readonly hardCapacity: number;
  readonly header: number;
  /** Two regions for input: while one is decoded the other is read into. */
  readonly inputs: readonly [number, number];
  /** Bytes of one input region in front of a chunk, for the record that the chunk before left unfinished. */
  readonly carryBytes: number;
  /** Bytes of memory in all. */
  readonly size: number;
}

/** What a layout depends on. */
export interface LayoutNeeds {
  readonly fields: readonly ColumnSchema[];
  readonly wanted: ReadonlySet<string>;
  readonly batchRows: number;
  readonly chunkBytes: number;
  readonly recordLimit: number;
  readonly headerBytes: number;
}

/** Bytes behind each chunk that stop the kernel's scans. */
export const padding = 128;
/** Numbers that JavaScript rounds: those of one row must find room at once. */
const fewestHard = 1024;
/** A batch ends once a dictionary has grown past this. */
const dictionaryBytes = 256 * 1024;

/** Lays out the regions behind the column descriptors, each aligned to 16 bytes. Pure arithmetic. */
export function planLayout(needs: LayoutNeeds): KernelLayout {
  let next = at.columns + needs.fields.length * member.bytesPerColumn;
  const take = (bytes: number): number => {
    const region = Math.ceil(next / 16) * 16;
    next = region + bytes + padding;
    return region;
  };
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
      descriptor: at.columns + index * member.bytesPerColumn,
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
  const header = take(needs.headerBytes);
  const inputs: [number, number] = [take(longest), take(longest)];
  return { columns, hard, hardCapacity, header, inputs, carryBytes: needs.recordLimit + padding, size: next };
}

/** Writes the context and the column descriptors for a part whose header record is `header`. */
export function writeLayout(
  memory: WebAssembly.Memory,
  layout: KernelLayout,
  needs: LayoutNeeds,
  header: Uint8Array,
): void {
  const view = new DataView(memory.buffer);
  const put = (address: number, value: number): void => view.setUint32(address, value, true);
  for (const address of [at.position, at.end, at.rows, at.hardCount, at.lineEnds, at.blankLines, at.quotedBreaks]) {
    put(address, 0);
  }
  put(at.fields, needs.fields.length);
  put(at.capacity, needs.batchRows);
  put(at.hard, layout.hard);
  put(at.hardCapacity, layout.hardCapacity);
  put(at.header, layout.header);
  put(at.headerLength, header.length);
  put(at.recordLimit, needs.recordLimit);
  new Uint8Array(memory.buffer).set(header, layout.header);
  for (const [index, column] of needs.fields.entries()) {
    put(at.columns + index * member.bytesPerColumn + member.kind, kernelKind(column, needs.wanted.has(column.name)));
  }
  for (const region of layout.columns) {
    put(region.descriptor + member.values, region.values);
    put(region.descriptor + member.states, region.states);
    put(region.descriptor + member.lastLength, noLast);
    put(region.descriptor + member.lastText, region.bytes);
    put(region.descriptor + member.lastCode, 0);
    put(region.descriptor + member.spellings, 0);
    put(region.descriptor + member.slots, region.slots);
    put(region.descriptor + member.slotMask, region.slotCount - 1);
    put(region.descriptor + member.offsets, region.offsets);
    put(region.descriptor + member.bytes, region.bytes);
    put(region.descriptor + member.bytesLimit, dictionaryBytes);
    put(region.descriptor + member.bytesEnd, region.bytesEnd);
  }
  clearDictionaries(memory, layout);
}

/** Empties the dictionaries before a batch. */
export function clearDictionaries(memory: WebAssembly.Memory, layout: KernelLayout): void {
  const view = new DataView(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  view.setUint32(at.dictionaryFull, 0, true);
  for (const region of layout.columns) {
    if (region.column.kind !== 'text') continue;
    bytes.fill(0, region.slots, region.slots + region.slotCount * 4);
    view.setUint32(region.offsets, 0, true);
    view.setUint32(region.descriptor + member.dictionarySize, 0, true);
    view.setUint32(region.descriptor + member.lastLength, noLast, true);
    view.setUint32(region.descriptor + member.grownRow, noRow, true);
  }
}
