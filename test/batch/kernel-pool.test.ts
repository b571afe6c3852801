import { describe, expect, it } from 'vitest';
import { KernelPool } from '#src/batch/kernel-pool.js';
import { wasmBase64 } from '#src/csv/kernel/wasm.generated.js';

const page = 65_536;
const megabyte = 16 * page;

function makePool(): { pool: KernelPool<{ memory: WebAssembly.Memory }>; made: () => number } {
  let made = 0;
  const create = (_: WebAssembly.Exports, memory: WebAssembly.Memory): { memory: WebAssembly.Memory } => {
    made++;
    return { memory };
  };
  const pool = new KernelPool({
    name: 'a kernel',
    wasmBase64,
    firstPages: 2,
    mostPages: 40 * 16,
    mostIdle: 3,
    create,
  });
  return { pool, made: () => made };
}

describe('a pool of kernels', () => {
  it('uses idle instances again, one user at a time, and keeps few', () => {
    const { pool, made } = makePool();
    const first = Array.from({ length: 5 }, () => pool.acquire(1));
    expect(new Set(first).size).toBe(5);
    let resets = 0;
    for (const kernel of first) pool.release(kernel, () => resets++);
    expect(resets).toBe(3);
    const second = Array.from({ length: 5 }, () => pool.acquire(1));
    expect(second.filter((kernel) => first.includes(kernel))).toHaveLength(3);
    expect(made()).toBe(7);
  });

  it('keeps the memory of a usual part, and not that of a huge one', () => {
    const { pool } = makePool();
    const usual = pool.acquire(32 * megabyte);
    pool.release(usual);
    expect(pool.acquire(1)).toBe(usual);
    const huge = pool.acquire(32 * megabyte + 1);
    expect(huge.memory.buffer.byteLength).toBe(32 * megabyte + page);
    pool.release(huge);
    expect(pool.acquire(1)).not.toBe(huge);
  });

  it('grows a memory to what is needed, and to what is wanted where the limit allows it', () => {
    const { pool } = makePool();
    const kernel = pool.acquire(1);
    const size = (): number => kernel.memory.buffer.byteLength / page;
    expect(size()).toBe(2);
    pool.grow(kernel, 2 * page, 9 * page);
    expect(size()).toBe(2);
    pool.grow(kernel, 2 * page + 1, 4 * page + 1);
    expect(size()).toBe(5);
    pool.grow(kernel, 6 * page);
    expect(size()).toBe(6);
    pool.grow(kernel, 7 * page, 1000 * megabyte);
    expect(size()).toBe(40 * 16);
  });

  it('refuses what is beyond the limit, and keeps the instance', () => {
    const { pool, made } = makePool();
    for (let time = 0; time < 2; time++) {
      expect(() => pool.acquire(40 * megabyte + 1)).toThrow('the system refused 42008576 bytes of memory for a kernel');
    }
    expect(made()).toBe(1);
  });
});
