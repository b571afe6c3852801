import { KernelPool } from '../../../batch/kernel-pool.ts';
import { wasmBase64 } from './wasm.generated.ts';

/** One instance of the page kernel with its memory: the functions of `assembly/index.ts`, where each is described. */
export interface PageKernel {
  readonly memory: WebAssembly.Memory;
  readonly functions: PageFunctions;
}

/** Pointers are byte addresses, unsigned: apply `>>> 0` to those returned. */
export interface PageFunctions {
  unpackSnappy(input: number, length: number, output: number, size: number): number;
  unpackLz4(input: number, length: number, output: number, size: number): number;
  decodeLevels(at: number, end: number, count: number, flags: number): number;
  decodeIndices(at: number, end: number, width: number, count: number, size: number, out: number): number;
  decodeEntries(
    at: number,
    end: number,
    width: number,
    count: number,
    size: number,
    out: number,
    entries: number,
  ): number;
  spreadDoubles(values: number, present: number, flags: number, count: number): void;
  spreadCodes(codes: number, present: number, flags: number, count: number): void;
  convertTimes(from: number, count: number, perMillisecond: number, out: number): number;
  renumber(codes: number, count: number, marks: number, batch: number, out: number, distinct: number): number;
}

/** The page kernels of this thread; each part that is read holds one. */
export const pageKernels: KernelPool<PageKernel> = new KernelPool({
  name: 'the Parquet kernel',
  wasmBase64,
  firstPages: 1,
  mostPages: 65_536,
  mostIdle: 4,
  create: (exports, memory) => ({ memory, functions: exports as WebAssembly.Exports & PageFunctions }),
});
