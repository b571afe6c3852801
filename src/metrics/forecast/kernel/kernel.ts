import { kernelFailed } from '../../../batch/kernel-errors.ts';
import { KernelPool, pageBytes } from '../../../batch/kernel-pool.ts';
import { BacktestExportError } from '../../../errors.ts';
import { layoutFigures, planFigures, type FiguresPlan } from '../figures.ts';
import type { RecordShape } from '../record-shape.ts';
import { noFunctions, throwFreed, type KernelFunctions } from './functions.ts';
import { map } from './map.generated.ts';
import { wasmBase64 } from './wasm.generated.ts';

/** Rows that the staging area holds: few enough that it stays in the second-level cache. */
export const stagingRows = 2048;
/** Pairs of records that it holds. */
export const stagingPairs: number = stagingRows;
const mostPages = 65_535;
/** The first address that is handed out; memory is zero from here on while nobody uses it. */
const firstUsed = 4096;

/** An instance of the WebAssembly module, and its memory. */
interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly functions: KernelFunctions;
}

/** A part's kernel and the total's are all that a thread has at a time. */
const machines: KernelPool<Machine> = new KernelPool({
  name: 'the metrics kernel',
  wasmBase64,
  firstPages: 8,
  mostPages,
  mostIdle: 2,
  create: (exports, memory) => ({ memory, functions: exports as WebAssembly.Exports & KernelFunctions }),
});

/**
 * One user's hold of an instance of the kernel with the memory it works in, from its making until `free`. Memory is
 * handed out front to back and only ever all given back; views of it (`f64` …) are replaced when it grows, so they are
 * read afresh after anything that may allocate.
 */
export class MetricsKernel {
  readonly recordBytes: number;
  /** Addresses in the staging area: runs (group record, rows), values of target and types, their states. */
  readonly staging: { readonly runs: number; readonly values: number; readonly states: number };
  /** Address of the doubles that `finish` writes. */
  readonly out: number;
  /** Bytes of what `finishGroups` writes for a group. */
  readonly finishedBytes: number;
  u8: Uint8Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
  /** The sums that `finish` wrote, as {@link RecordShape} numbers them. */
  sums: Float64Array;
  readonly #outputs: number;
  #machine: Machine | undefined;
  #functions: KernelFunctions;
  #used = firstUsed;

  constructor(shape: RecordShape) {
    this.#machine = machines.acquire(0);
    const { memory, functions } = this.#machine;
    this.#functions = functions;
    this.u8 = new Uint8Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.i32 = new Int32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
    const types = shape.types.length;
    const runs = this.allocate(functions.stagingBytes(types, stagingRows));
    const values = runs + stagingRows * map.RUN_BYTES;
    this.staging = { runs, values, states: values + (1 + types) * stagingRows * 8 };
    const work = this.allocate(functions.workBytes(types, stagingRows));
    this.#outputs = shape.outputs;
    this.out = this.allocate(shape.outputs * 8);
    this.sums = this.#viewSums();
    const scratch = this.allocate(map.SCRATCH_BYTES);
    const pairs = this.allocate(Math.max(1, shape.intervals.length) * 8);
    this.u32.set(
      shape.intervals.flatMap(({ lower, upper }) => [lower, upper]),
      pairs >>> 2,
    );
    this.recordBytes = this.#functions.configure(
      types,
      shape.hasMean ? 1 : 0,
      shape.point < 0 ? types : shape.point,
      shape.intervals.length,
      pairs,
      runs,
      work,
      stagingRows,
      scratch,
    );
    this.finishedBytes = this.#configureFigures(planFigures(shape));
  }

  #configureFigures(plan: FiguresPlan): number {
    const numbers = new Uint8Array(layoutFigures(plan));
    const at = this.allocate(numbers.length);
    this.u8.set(numbers, at);
    const bytes = this.#functions.configureFigures(at, plan.metrics.length);
    this.#functions.giveFinishWork(this.allocate(this.#functions.finishBytes()));
    return bytes;
  }

  /** Hands out zeroed memory at an address divisible by 16; throws `TOO_MANY_GROUPS` past 4 GiB, `MEMORY_REFUSED` before. */
  allocate(bytes: number): number {
    if (this.#machine === undefined) throwFreed();
    const address = this.#used;
    const end = address + ((bytes + 15) & ~15);
    if (end > this.u8.length) this.#grow(this.#machine, end);
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
    machines.release(machine, () => this.release(firstUsed));
    this.#machine = undefined;
    this.#functions = noFunctions;
    this.u8 = new Uint8Array();
    this.u32 = new Uint32Array();
    this.i32 = new Int32Array();
    this.f64 = new Float64Array();
    this.sums = this.f64;
  }

  /**
   * Writes the runs of equal keys in rows 0 to `rows` to the staging area, their groups 0; returns how many. At `keys` are the
   * columns, as many of doubles and then of codes, each for {@link stagingRows} rows.
   */
  findRuns(keys: number, times: number, codes: number, rows: number): number {
    return this.#run(() => this.#functions.findRuns(keys, times, codes, rows));
  }

  /**
   * Looks at the staged values of rows 0 to `rows`, before {@link accumulate}; returns whether it needs their states, as
   * something is not finite.
   */
  inspect(rows: number): boolean {
    return this.#run(() => this.#functions.inspect(rows)) !== 0;
  }

  /** Adds the rows of the staged runs to their groups. */
  accumulate(runs: number): void {
    const slots = this.#run(() => this.#functions.arrange(runs));
    let slot = this.#run(() => this.#functions.addSlots(0, slots));
    while (slot < slots) {
      this.#ensureReserve();
      const from = slot;
      slot = this.#run(() => this.#functions.addSlots(from, slots));
    }
  }

  normalize(group: number): void {
    try {
      this.#functions.normalize(group);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** Adds a normalized record, without its wide nodes, to a group. */
  mergeGroup(group: number, source: number): void {
    try {
      this.#functions.mergeGroup(group, source);
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** Adds a normalized wide node to a group. */
  mergeWide(group: number, source: number): void {
    this.#ensureReserve();
    this.#run(() => this.#functions.mergeWide(group, source));
  }

  /** Adds groups with their wide nodes to others: `count` pairs in the staging area, target and source, which is normalized. */
  mergePairs(count: number): void {
    const pairs = this.staging.runs;
    for (let done = 0; done < count;) {
      done += this.#run(() => this.#functions.mergeWhole(pairs + 8 * done, count - done));
      if (done < count) this.#ensureReserve();
    }
  }

  /** Address of the first wide node of a group, 0 for none. */
  firstWide(group: number): number {
    return this.u32[(group + map.WIDE) >>> 2] ?? 0;
  }

  /** Address of the wide node after this one, 0 for none. */
  nextWide(node: number): number {
    return this.u32[node >>> 2] ?? 0;
  }

  /** Rounds the sums of a group and returns {@link sums}, which the next call overwrites: for tests of the sums alone. */
  finish(group: number): Float64Array {
    try {
      this.#functions.finishGroup(group, this.out);
    } catch (error) {
      throw this.#trapped(error);
    }
    return this.sums;
  }

  /**
   * Finishes `count` groups whose records are listed at `list` (see `assembly/groups.ts`). With `numerator` a ratio to actuals that
   * sum to 0 is its numerator alone, as the service has it for a window over all items; else it is null, since an error in
   * units is not a ratio.
   */
  finishGroups(list: number, count: number, out: number, numerator: boolean): void {
    this.#run(() => this.#functions.finishGroups(list, count, out, numerator ? 1 : 0));
  }

  /** Calls the kernel. What is called for each group does the same itself, without a closure. */
  #run<Result>(call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      throw this.#trapped(error);
    }
  }

  /** An instance that trapped is not used again: `free` does not give it back. */
  #trapped(error: unknown): Error {
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

  #grow(machine: Machine, end: number): void {
    if (end > mostPages * pageBytes) throw outOfAddresses(this.u8.length);
    machines.grow(machine, end, Math.min(this.u8.length * 1.25, this.u8.length + 64 * 1024 * 1024));
    this.u8 = new Uint8Array(machine.memory.buffer);
    this.u32 = new Uint32Array(machine.memory.buffer);
    this.i32 = new Int32Array(machine.memory.buffer);
    this.f64 = new Float64Array(machine.memory.buffer);
    this.sums = this.#viewSums();
  }

  #viewSums(): Float64Array {
    return new Float64Array(this.f64.buffer, this.out, this.#outputs);
  }
}

function outOfAddresses(bytes: number): BacktestExportError {
  const problem =
    `expected the groups to fit into the memory of one thread, found ${bytes} bytes in use and no more available; ` +
    'group by fewer keys, or summarize fewer items at a time';
  return new BacktestExportError('TOO_MANY_GROUPS', problem);
}
