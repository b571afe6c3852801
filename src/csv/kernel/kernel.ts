import { memoryRefused, orMemoryRefused } from '../../batch/kernel-errors.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { computePowersOfFive } from './powers-of-five.ts';
import { wasmBase64 } from './wasm.generated.ts';

/** What a call of the kernel answers. Mirrors `assembly/layout.ts`. */
export const status = { needsInput: 0, outputFull: 1, badRow: 2, headerRow: 3 } as const;

/** Members of the kernel's context, as byte addresses. Mirrors `assembly/layout.ts`. */
export const at = {
  tables: 4096,
  masks16: 14976,
  masks8: 15248,
  vectors: 15328,
  integers: 15456,
  doubles: 15616,
  pairs: 15808,
  position: 16384,
  end: 16388,
  fields: 16392,
  rows: 16396,
  capacity: 16400,
  hard: 16404,
  hardCount: 16408,
  hardCapacity: 16412,
  lineEnds: 16416,
  blankLines: 16420,
  quotedBreaks: 16424,
  header: 16428,
  headerLength: 16432,
  recordLimit: 16436,
  dictionaryFull: 16440,
  columns: 16512,
} as const;

/** Members of a column's descriptor, as offsets. Mirrors `assembly/layout.ts`. */
export const member = {
  kind: 0,
  values: 4,
  states: 8,
  lastLength: 12,
  lastText: 16,
  lastCode: 20,
  spellings: 24,
  slots: 28,
  slotMask: 32,
  offsets: 36,
  bytes: 40,
  bytesLimit: 44,
  dictionarySize: 48,
  bytesEnd: 52,
  grownRow: 56,
  grownSlot: 60,
  bytesPerColumn: 64,
} as const;

/** `LAST_LENGTH` of a column without a last row. */
export const noLast = 0xffff_ffff;
/** `GROWN_ROW` of a column whose newest text no row at hand has added. */
export const noRow = 0xffff_ffff;

const kinds = { skip: 0, text: 1, time: 2, number: 3, metric: 4 } as const;

/** The kernel's number for a kind of column; a column that nobody asked for is skipped. */
export function kernelKind(column: ColumnSchema, wanted: boolean): number {
  if (!wanted) return kinds.skip;
  return column.allowsNotDefined ? kinds.metric : kinds[column.kind];
}

/** One instance of the kernel with its memory. It serves one part at a time, for reading or for writing. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** Answers one of {@link status}. */
  readonly decode: () => number;
  /** Answers one of `encodeStatus`, see `encode-layout.ts`. */
  readonly encode: () => number;
}

const pageBytes = 65536;
const mostPages = 32768;
const user = 'the CSV kernel';
let compiled: Promise<WebAssembly.Module> | undefined;
const idle: Kernel[] = [];

/**
 * A kernel whose memory holds at least `bytes`, an idle one if there is any. Its tables are filled; the rest of its
 * memory holds what was there before. Untouched memory costs nothing.
 * @throws `MEMORY_REFUSED`
 */
export async function acquireKernel(bytes: number): Promise<Kernel> {
  const kernel = idle.pop() ?? (await createKernel());
  try {
    growKernel(kernel, bytes);
  } catch (error) {
    releaseKernel(kernel);
    throw error;
  }
  return kernel;
}

/**
 * Makes sure that the kernel's memory holds at least `bytes`. Views of it are void afterwards: take them afresh.
 * @throws `MEMORY_REFUSED`
 */
export function growKernel(kernel: Kernel, bytes: number): void {
  const missing = Math.ceil((bytes - kernel.memory.buffer.byteLength) / pageBytes);
  if (missing > 0) orMemoryRefused(user, bytes, () => kernel.memory.grow(missing));
}

/** Gives a kernel back once nothing reads or writes its memory any more. A kernel that trapped must not come back. */
export function releaseKernel(kernel: Kernel): void {
  idle.push(kernel);
}

async function createKernel(): Promise<Kernel> {
  const module = await compileOnce();
  const memory = orMemoryRefused(user, pageBytes, () => new WebAssembly.Memory({ initial: 1, maximum: mostPages }));
  const { exports } = orMemoryRefused(user, pageBytes, () => new WebAssembly.Instance(module, { env: { memory } }));
  fillTables(memory);
  return { memory, decode: kernelFunction(exports, 'decode'), encode: kernelFunction(exports, 'encode') };
}

async function compileOnce(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0)));
  try {
    return await compiled;
  } catch (error) {
    compiled = undefined; // memory may be had the next time
    throw memoryRefused(user, pageBytes, error);
  }
}

function kernelFunction(exports: WebAssembly.Exports, name: string): () => number {
  const found = exports[name];
  if (typeof found !== 'function') throw new TypeError(`the CSV kernel has no ${name}()`);
  return () => Number(found());
}

function fillTables({ buffer }: WebAssembly.Memory): void {
  const powers = computePowersOfFive();
  new BigUint64Array(buffer, at.tables, powers.length).set(powers);
  new BigUint64Array(buffer, at.integers, 20).set(Array.from({ length: 20 }, (_, index) => 10n ** BigInt(index)));
  new Float64Array(buffer, at.doubles, 23).set(Array.from({ length: 23 }, (_, index) => Number(`1e${index}`)));
  for (let pair = 0; pair < 100; pair++) {
    new Uint8Array(buffer, at.pairs + pair * 2, 2).set([0x30 + Math.floor(pair / 10), 0x30 + (pair % 10)]);
  }
  for (let count = 0; count <= 16; count++) new Uint8Array(buffer, at.masks16 + count * 16, 16).fill(0x0f, 16 - count);
  for (let count = 0; count <= 8; count++) new Uint8Array(buffer, at.masks8 + count * 8, 8).fill(0x0f, 8 - count);
  new Int16Array(buffer, at.vectors, 8).fill(2561);
  new Int16Array(buffer, at.vectors + 16, 8).set([100, 1, 100, 1, 100, 1, 100, 1]);
  new Int16Array(buffer, at.vectors + 32, 8).set([10000, 1, 10000, 1, 10000, 1, 10000, 1]);
  new Int8Array(buffer, at.vectors + 48, 16).fill(0x50);
  new Int8Array(buffer, at.vectors + 64, 16).fill(-119);
  const delimiters = new Uint8Array(buffer, at.vectors + 80, 16);
  delimiters[0] = 0xff; // no byte has these low bits
  for (const character of [0x0a, 0x0d, 0x22, 0x2c]) delimiters[character & 15] = character;
  new Uint8Array(buffer, at.vectors + 96, 16).fill(0x0f);
}
