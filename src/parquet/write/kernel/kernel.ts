import { KernelPool } from '../../../batch/kernel-pool.ts';
import { map } from './map.generated.ts';
import { wasmBase64 } from './wasm.generated.ts';

/**
 * The functions of assembly/index.ts. `column` is the address of a descriptor, `out` where writing begins; addresses
 * are unsigned (apply `>>> 0` to those returned).
 */
export interface KernelFunctions {
  countNulls(states: number, count: number): number;
  codeTimes(column: number, from: number, to: number): number;
  internTexts(
    column: number,
    from: number,
    to: number,
    size: number,
    offsets: number,
    bytes: number,
    ids: number,
  ): void;
  encodeNumbers(column: number, from: number, to: number, rows: number, out: number): number;
  encodeSplit(
    column: number,
    from: number,
    to: number,
    nulls: boolean,
    rows: number,
    dense: number,
    out: number,
  ): number;
  frameNumbers(column: number, from: number, to: number, rows: number): number;
  encodeTimes(column: number, from: number, to: number, nulls: boolean, rows: number, out: number): number;
  encodeCodes(
    column: number,
    from: number,
    to: number,
    nulls: boolean,
    width: number,
    rows: number,
    out: number,
  ): number;
  encodeTexts(column: number, from: number, to: number, limit: number, out: number): number;
  encodeTextDictionary(column: number, out: number): number;
  encodeTimeDictionary(column: number, out: number): number;
  boundNumbers(values: number, count: number): void;
  boundTexts(column: number, from: number, to: number, flags: number, room: number): void;
  fillBloom(column: number, out: number, blocks: number): void;
  countSorted(columns: number, count: number, rows: number): number;
  packSnappy(input: number, length: number, out: number): number;
}

/** One instance of the kernel with its memory. It serves one encoder at a time. */
export interface EncodeKernel {
  readonly memory: WebAssembly.Memory;
  readonly functions: KernelFunctions;
}

/** A memory of the usual nine to fifteen columns is kept for the next part. */
const largestIdle = 64 * 1024 * 1024;

/** The kernels of this thread that encode Parquet; each has its own random seed. */
export const encodeKernels: KernelPool<EncodeKernel> = new KernelPool({
  name: 'the Parquet kernel',
  wasmBase64,
  firstPages: 2,
  mostPages: 65_535,
  mostIdle: 1,
  largestIdle,
  create: (exports, memory) => {
    crypto.getRandomValues(new Uint8Array(memory.buffer, map.SEED, 16));
    return { memory, functions: exports as WebAssembly.Exports & KernelFunctions };
  },
});
