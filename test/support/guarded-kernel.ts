import { csvKernels, kernelKind, type CsvKernel } from '#src/csv/kernel/kernel.js';
import { map } from '#src/csv/kernel/map.generated.js';
import type { ColumnSchema } from '#src/schema/schema.js';

/** A piece of memory, from its first byte to just behind its last. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a call of a kernel may write, what it may only read, and the rest of memory, which is nobody's. */
interface Regions {
  readonly written: readonly Span[];
  readonly read: readonly Span[];
}

/** What was watched. */
export interface Watch {
  decodes: number;
  encodes: number;
  /** Statuses that `decode` answered. */
  readonly answers: Set<number>;
}

const poison = 0xa5;
const member32 = 4;
/** A field as the encoder would write it, for the check of its spelling. */
const spelledEnd = map.SPELLED + 128;
/** The context and the descriptors are written by both sides. */
const contextEnd = map.COLUMNS;

/**
 * Puts kernels into the pool that watch themselves: before each call all memory that belongs to nobody is poisoned, after
 * it the poison must stand, and what is only read (tables, header, input; for `encode` the columns) must be as it was.
 * Where the regions are is told by the descriptors, as the kernel is told. A fault is thrown, with its address.
 */
export function watchKernels(count: number): Watch {
  const watch: Watch = { decodes: 0, encodes: 0, answers: new Set() };
  const kernels = Array.from({ length: count }, () => csvKernels.acquire(1));
  for (const kernel of kernels) {
    csvKernels.release({
      memory: kernel.memory,
      decode: () => {
        watch.decodes++;
        const answer = guarded(kernel.memory, decodeRegions(kernel.memory), kernel.decode, 'decode');
        watch.answers.add(answer);
        return answer;
      },
      encode: () => {
        watch.encodes++;
        return guarded(kernel.memory, encodeRegions(kernel.memory), kernel.encode, 'encode');
      },
    } satisfies CsvKernel);
  }
  return watch;
}

function guarded(memory: WebAssembly.Memory, { written, read }: Regions, call: () => number, name: string): number {
  const bytes = Buffer.from(memory.buffer);
  const gaps = gapsBetween([...written, ...read], bytes.length);
  for (const { start, end } of gaps) bytes.fill(poison, start, end);
  const before = read.map(({ start, end }) => Buffer.from(bytes.subarray(start, end)));
  const answer = call();
  for (const { start, end } of gaps) {
    const gap = bytes.subarray(start, end);
    // compared with itself, shifted by one: fast, and true for one byte again and again
    if (gap[0] !== poison || gap.compare(gap, 1, gap.length, 0, gap.length - 1) !== 0) {
      throw new Error(`${name} wrote outside of its regions, at ${start + gap.findIndex((byte) => byte !== poison)}`);
    }
  }
  for (const [index, { start, end }] of read.entries()) {
    if (before[index]?.equals(bytes.subarray(start, end)) !== true) {
      throw new Error(`${name} wrote into what it may only read, from ${start} to ${end}`);
    }
  }
  return answer;
}

function gapsBetween(spans: readonly Span[], size: number): Span[] {
  const sorted = spans.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const gaps: Span[] = [];
  let next = 0;
  for (const { start, end } of sorted) {
    if (start < next) throw new Error(`regions overlap at ${start}`);
    if (start > next) gaps.push({ start: next, end: start });
    next = end;
  }
  if (next < size) gaps.push({ start: next, end: size });
  return gaps;
}

const kindOf = (column: Pick<ColumnSchema, 'kind' | 'allowsNotDefined'>): number =>
  kernelKind(column as ColumnSchema, true);
const [text, time] = [
  kindOf({ kind: 'text', allowsNotDefined: false }),
  kindOf({ kind: 'time', allowsNotDefined: false }),
];

function decodeRegions(memory: WebAssembly.Memory): Regions {
  const view = new DataView(memory.buffer);
  const get = (address: number): number => view.getUint32(address, true);
  const capacity = get(map.CAPACITY);
  const fields = get(map.FIELDS);
  const written: Span[] = [{ start: map.POSITION, end: map.COLUMNS + fields * map.COLUMN_BYTES }];
  for (let index = 0; index < fields; index++) {
    const column = map.COLUMNS + index * map.COLUMN_BYTES;
    const kind = get(column + map.KIND);
    if (kind === 0) continue;
    const region = (name: 'VALUES' | 'STATES' | 'SLOTS' | 'OFFSETS' | 'BYTES', length: number): void => {
      const start = get(column + map[name]);
      written.push({ start, end: start + length });
    };
    region('VALUES', capacity * (kind === text ? 4 : 8));
    if (kind === text) {
      region('SLOTS', (get(column + map.SLOT_MASK) + 1) * 4);
      region('OFFSETS', (capacity + 1) * 4);
      region('BYTES', get(column + map.BYTES_END) - get(column + map.BYTES));
    } else region('STATES', capacity);
    if (kind === time) written.push({ start: get(column + map.LAST_TEXT), end: get(column + map.LAST_TEXT) + 32 });
  }
  written.push({ start: map.SPELLED, end: spelledEnd });
  const delimiters = get(map.DELIMITER_ROWS) * (fields + 1) + map.EXTRA_DELIMITERS;
  written.push({ start: get(map.DELIMITERS), end: get(map.DELIMITERS) + delimiters * 4 });
  written.push({ start: get(map.HARD), end: get(map.HARD) + get(map.HARD_CAPACITY) * 16 });
  // the last regions are the header's and the two for input, one of which the reader may have filled already
  return {
    written,
    read: [
      { start: 0, end: map.SPELLED },
      { start: spelledEnd, end: map.POSITION },
      { start: get(map.HEADER), end: view.byteLength },
    ],
  };
}

function encodeRegions(memory: WebAssembly.Memory): Regions {
  const view = new DataView(memory.buffer);
  const get = (address: number): number => view.getUint32(address, true);
  const [rows, fields] = [get(map.ROWS), get(map.FIELDS)];
  const written: Span[] = [
    { start: contextEnd - 128, end: map.COLUMNS + fields * map.COLUMN_BYTES },
    // rows are copied as whole vectors: what is written too much is within the output's room
    { start: get(map.OUT), end: get(map.OUT_END) + room },
  ];
  const read: Span[] = [{ start: 0, end: contextEnd - 128 }];
  for (let index = 0; index < fields; index++) {
    const column = map.COLUMNS + index * map.COLUMN_BYTES;
    const kind = get(column + map.KIND);
    const start = get(column + map.VALUES);
    read.push({ start, end: start + rows * (kind === map.TEXT ? 4 : 8) });
    if (kind === map.TEXT) {
      const offsets = get(column + map.OFFSETS);
      const codes = new Int32Array(memory.buffer, start, rows);
      const size = rows === 0 ? 0 : codes.reduce((most, code) => Math.max(most, code), 0) + 1;
      const bytes = get(column + map.BYTES);
      read.push({ start: offsets, end: offsets + (size + 1) * member32 });
      read.push({ start: bytes, end: bytes + get(offsets + size * member32) });
    } else read.push({ start: get(column + map.STATES), end: get(column + map.STATES) + rows });
    if (kind === map.TIME) {
      const cache = get(column + map.LAST_TEXT);
      written.push({ start: cache, end: cache + 32 });
    }
  }
  return { written, read };
}

/** Room behind each region of `encode`. */
const room = 64;
