import { kernelFailed, orMemoryRefused } from '../../../batch/kernel-errors.ts';
import { BacktestExportError } from '../../../errors.ts';
import { stagingRows, type GroupLayout } from '../group-layout.ts';
import { wasmBase64 } from './wasm.generated.ts';

/** The functions of assembly/index.ts; pointers are byte addresses, unsigned (apply `>>> 0` to those returned). */
interface KernelFunctions {
  configure(
    types: number,
    mean: number,
    point: number,
    intervals: number,
    pairs: number,
    staging: number,
    rows: number,
    scratch: number,
  ): number;
  reserveNeeded(): number;
  reserveLeft(): number;
  refill(start: number, end: number): void;
  accumulate(from: number, end: number): number;
  normalise(group: number): void;
  mergeGroup(group: number, source: number): void;
  mergeWide(group: number, source: number): void;
  finishGroup(group: number, out: number): void;
}

/** Bytes of a wide node: next, sum, infinities, 68 chunks. */
export const wideNodeBytes: number = 16 + 68 * 8;

const pageBytes = 65_536;
const mostPages = 65_535;
const firstPages = 8;
const firstUsed = 4096;

/** An instance of the WebAssembly module, and its memory; zero from {@link firstUsed} on while nobody uses it. */
interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly functions: KernelFunctions;
}

let compiled: WebAssembly.Module | undefined;
/** Machines without a user, for the next kernel on this thread. */
const idle: Machine[] = [];
/** A part's kernel and the total's are all that a thread has at a time. */
const mostIdle = 2;
/** A memory never shrinks: one that a huge part made grow is left to the garbage collector. */
const largestIdle = 32 * 1024 * 1024;

/**
 * One user's hold of an instance of the kernel with the memory it works in, from its making until `free`. Memory is
 * handed out front to back and only ever all given back; views of it (`f64` …) are replaced when it grows, so they are
 * read afresh after anything that may allocate.
 *
 * Instances are used again: each reserves gigabytes of addresses, and an export may have 100,000 parts. A kernel that
 * nobody frees costs an instance, nothing else.
 */
export class Kernel {
  readonly recordBytes: number;
  /** Addresses in the staging area: group records by row, values of target and types, their states. */
  readonly staging: { readonly groups: number; readonly values: number; readonly states: number };
  /** Address of the doubles that `finish` writes. */
  readonly out: number;
  u8: Uint8Array;
  u32: Uint32Array;
  f64: Float64Array;
  #machine: Machine | undefined;
  readonly #memory: WebAssembly.Memory;
  #functions: KernelFunctions;
  #used = firstUsed;

  constructor(layout: GroupLayout) {
    this.#machine = idle.pop() ?? createMachine();
    this.#memory = this.#machine.memory;
    this.#functions = this.#machine.functions;
    this.u8 = new Uint8Array(this.#memory.buffer);
    this.u32 = new Uint32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
    const columns = 1 + layout.types.length;
    const groups = this.allocate(stagingRows * (4 + 9 * columns));
    const values = groups + stagingRows * 4;
    this.staging = { groups, values, states: values + columns * stagingRows * 8 };
    this.out = this.allocate(layout.outputs * 8);
    const scratch = this.allocate(72 * 8);
    const pairs = this.allocate(Math.max(1, layout.intervals.length) * 8);
    this.u32.set(
      layout.intervals.flatMap(({ lower, upper }) => [lower, upper]),
      pairs >>> 2,
    );
    this.recordBytes = this.#functions.configure(
      layout.types.length,
      layout.hasMean ? 1 : 0,
      layout.point < 0 ? layout.types.length : layout.point,
      layout.intervals.length,
      pairs,
      groups,
      stagingRows,
      scratch,
    );
  }

  /** Hands out zeroed memory at an address divisible by 16; throws `TOO_MANY_GROUPS` past 4 GiB, `MEMORY_REFUSED` before. */
  allocate(bytes: number): number {
    if (this.#machine === undefined) throw wasFreed();
    const address = this.#used;
    const end = address + ((bytes + 15) & ~15);
    if (end > this.u8.length) this.#grow(end);
    this.#used = end;
    return address;
  }

  /** What is handed out now; a later {@link release} takes back all that was handed out since. */
  mark(): number {
    return this.#used;
  }

  /** Takes back and zeroes what was handed out since `mark`. The reserve is given up with it. */
  release(mark: number): void {
    this.u8.fill(0, mark, this.#used);
    this.#used = mark;
    this.#functions.refill(0, 0);
  }

  /** Ends the use of this kernel: its memory is zeroed and kept for another. Addresses and views lose their meaning. */
  free(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    if (idle.length < mostIdle && machine.memory.buffer.byteLength <= largestIdle) {
      this.release(firstUsed);
      idle.push(machine);
    }
    this.#machine = undefined;
    this.#functions = noFunctions;
    this.u8 = new Uint8Array();
    this.u32 = new Uint32Array();
    this.f64 = new Float64Array();
  }

  /** Adds staged rows 0 to `rows` to their groups. */
  accumulate(rows: number): void {
    for (let row = this.#accumulate(0, rows); row < rows; row = this.#accumulate(row, rows)) this.#ensureReserve();
  }

  #accumulate(from: number, rows: number): number {
    try {
      return this.#functions.accumulate(from, rows);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  normalise(group: number): void {
    try {
      this.#functions.normalise(group);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** Adds a normalised record, without its wide nodes, to a group. */
  mergeGroup(group: number, source: number): void {
    try {
      this.#functions.mergeGroup(group, source);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** Adds a normalised wide node to a group. */
  mergeWide(group: number, source: number): void {
    this.#ensureReserve();
    try {
      this.#functions.mergeWide(group, source);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** Adds a group with its wide nodes to another; `source` is normalised by it. */
  mergeWhole(group: number, source: number): void {
    this.normalise(source);
    this.mergeGroup(group, source);
    for (let node = this.firstWide(source); node !== 0; node = this.nextWide(node)) this.mergeWide(group, node);
  }

  /** Address of the first wide node of a group, 0 for none. */
  firstWide(group: number): number {
    return this.u32[(group >>> 2) + 1] ?? 0;
  }

  /** Address of the wide node after this one, 0 for none. */
  nextWide(node: number): number {
    return this.u32[node >>> 2] ?? 0;
  }

  /** The rounded sums of a group, as {@link GroupLayout} places them; a view that is overwritten by the next call. */
  finish(group: number, outputs: number): Float64Array {
    try {
      this.#functions.finishGroup(group, this.out);
    } catch (error) {
      throw this.#trapped(error);
    }
    return this.f64.subarray(this.out >>> 3, (this.out >>> 3) + outputs);
  }

  /** An instance that trapped is nobody's any more: `free` does not keep it. */
  #trapped(error: unknown): BacktestExportError {
    this.#machine = undefined;
    return kernelFailed('the metrics kernel', undefined, error);
  }

  #ensureReserve(): void {
    const needed = this.#functions.reserveNeeded();
    if (this.#functions.reserveLeft() >>> 0 >= needed) return;
    const bytes = needed * 8;
    const start = this.allocate(bytes);
    this.#functions.refill(start, start + bytes);
  }

  #grow(end: number): void {
    const wanted = Math.max(end, Math.min(this.u8.length * 1.25, this.u8.length + 64 * 1024 * 1024));
    const pages = Math.min(mostPages, Math.ceil(wanted / pageBytes));
    if (end > pages * pageBytes) throw outOfAddresses(this.u8.length);
    orMemoryRefused('the metrics kernel', pages * pageBytes, () =>
      this.#memory.grow(pages - this.u8.length / pageBytes),
    );
    this.u8 = new Uint8Array(this.#memory.buffer);
    this.u32 = new Uint32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
  }
}

/** What a freed kernel calls: its memory may be another's by now. */
const noFunctions: KernelFunctions = {
  configure: throwFreed,
  reserveNeeded: throwFreed,
  reserveLeft: throwFreed,
  refill: throwFreed,
  accumulate: throwFreed,
  normalise: throwFreed,
  mergeGroup: throwFreed,
  mergeWide: throwFreed,
  finishGroup: throwFreed,
};

function throwFreed(): never {
  throw wasFreed();
}

function wasFreed(): Error {
  return new Error('the kernel was freed while somebody used it');
}

function createMachine(): Machine {
  return orMemoryRefused('the metrics kernel', firstPages * pageBytes, () => {
    const memory = new WebAssembly.Memory({ initial: firstPages, maximum: mostPages });
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0)));
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    return { memory, functions: instance.exports as WebAssembly.Exports & KernelFunctions };
  });
}

function outOfAddresses(bytes: number): BacktestExportError {
  const problem =
    `expected the groups to fit into the memory of one thread, found ${bytes} bytes in use and no more to be had; ` +
    'group by fewer keys, or summarise fewer items at a time';
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
