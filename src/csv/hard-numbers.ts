import { map } from './kernel/map.generated.ts';

/** A number that is out of range for a double. */
export interface OverflowingNumber {
  readonly text: string;
  /** Address of its first byte. */
  readonly start: number;
  /** Of the batch, from 0. */
  readonly row: number;
  /** Number of its field, from 0. */
  readonly field: number;
}

/** Decodes numbers, which are ASCII, in the kernel's memory. */
const asciiDecoder = new TextDecoder('latin1');

/**
 * Numbers of more than 19 digits that the kernel cannot decide, from its list at `hard`: JavaScript rounds them. Returns the
 * first that overflows.
 */
export function roundHardNumbers(view: DataView, hard: number): OverflowingNumber | undefined {
  const get = (address: number): number => view.getUint32(address, true);
  const count = get(map.HARD_COUNT);
  if (count === 0) return undefined;
  const rows = get(map.ROWS);
  const entries: { readonly field: number; readonly row: number; readonly start: number; readonly length: number }[] =
    [];
  for (let index = 0; index < count; index++) {
    const entry = hard + index * 16;
    const [field, row, start] = [get(entry), get(entry + 4), get(entry + 8)];
    // a row that was not finished is read again
    if (row < rows) entries.push({ field, row, start, length: get(entry + 12) });
  }
  // the kernel reads columns of a block of rows in turn; what is refused is the first number in the file
  entries.sort((a, b) => a.start - b.start);
  for (const { field, row, start, length } of entries) {
    const text = asciiDecoder.decode(new Uint8Array(view.buffer, start, length));
    const value = Number(text);
    if (!Number.isFinite(value)) return { text, start, row, field };
    const values = get(map.COLUMNS + field * map.COLUMN_BYTES + map.VALUES);
    view.setFloat64(values + row * 8, value, true);
  }
  view.setUint32(map.HARD_COUNT, 0, true);
  return undefined;
}
