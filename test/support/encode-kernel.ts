import { encodeKernels, type EncodeKernel, type KernelFunctions } from '#src/parquet/write/kernel/kernel.js';
import { map } from '#src/parquet/write/kernel/map.generated.js';

const poison = 0xa5;
/** Bytes between regions, more than the kernel may write too far. */
const gap = 192;

interface Region {
  readonly start: number;
  readonly end: number;
  readonly isWritten: boolean;
}

/**
 * A kernel that encodes Parquet in a memory of poison: regions are placed in it one after another, and after each call
 * nothing outside of those that may be written has changed. A fault is thrown, with its address.
 */
export class GuardedKernel {
  readonly #kernel: EncodeKernel = encodeKernels.acquire(1 << 24);
  readonly bytes: Buffer = Buffer.from(this.#kernel.memory.buffer);
  readonly view: DataView = new DataView(this.#kernel.memory.buffer);
  #regions: Region[] = [];
  #next: number = map.REGIONS;
  calls = 0;

  /** Forgets all regions. */
  reset(): void {
    this.#next = map.REGIONS;
    this.#regions = [];
  }

  /** A region that is only read, with these bytes. */
  read(data: ArrayBufferView): number {
    const start = this.#place(data.byteLength, false);
    this.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
    return start;
  }

  /** A region that may be written. */
  write(length: number): number {
    return this.#place(length, true);
  }

  /** A descriptor of a column, which may be written. */
  describe(members: Readonly<Record<number, number>>): number {
    const descriptor = this.write(map.DESCRIPTOR_BYTES);
    this.bytes.fill(0, descriptor, descriptor + map.DESCRIPTOR_BYTES);
    for (const [member, value] of Object.entries(members)) {
      this.view.setUint32(descriptor + Number(member), value, true);
    }
    this.view.setFloat64(descriptor + map.LAST_TIME, Number.NaN, true);
    return descriptor;
  }

  /** Calls a function of the kernel and looks at its memory afterwards; returns what it answers, unsigned. */
  call<Name extends keyof KernelFunctions>(name: Name, ...args: Parameters<KernelFunctions[Name]>): number {
    const fixed = this.bytes.subarray(0, map.CONTEXT);
    const reads = [{ start: 0, end: map.CONTEXT }, ...this.#regions.filter(({ isWritten }) => !isWritten)];
    const before = reads.map(({ start, end }) => Buffer.from(this.bytes.subarray(start, end)));
    if (fixed.length !== map.CONTEXT) throw new Error('the memory was grown');
    const run = this.#kernel.functions[name] as (...all: Parameters<KernelFunctions[Name]>) => number | void;
    const answer = run(...args);
    this.calls++;
    for (const [index, { start, end }] of reads.entries()) {
      if (!this.bytes.subarray(start, end).equals(before[index]!))
        throw new Error(`${name} wrote into ${start}…${end}`);
    }
    for (const { end, isWritten } of this.#regions) {
      const guard = this.bytes.subarray(end + (isWritten ? map.ROOM : 0), end + gap);
      const at = guard.findIndex((byte) => byte !== poison);
      if (at >= 0) throw new Error(`${name} wrote ${at + (isWritten ? map.ROOM : 0)} bytes behind ${end}`);
    }
    return (answer ?? 0) >>> 0;
  }

  /** A copy of what is from one address to another. */
  copy(start: number, end: number): number[] {
    return [...this.bytes.subarray(start, end)];
  }

  #place(length: number, isWritten: boolean): number {
    const start = Math.ceil(this.#next / 16) * 16;
    const end = start + length;
    this.#next = end + gap;
    if (this.#next > this.bytes.length) throw new Error('the memory is too small');
    this.bytes.fill(poison, start, this.#next);
    this.#regions.push({ start, end, isWritten });
    return start;
  }
}
