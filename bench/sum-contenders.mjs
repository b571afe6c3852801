/** Ways to sum doubles in WebAssembly, compiled on the spot: what does an exact sum cost? */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';

const source = `
export function plain(at: u32, end: u32, out: u32): void {
  let sum: f64 = 0;
  for (; at < end; at += 8) sum += load<f64>(at);
  store<f64>(out, sum);
}
export function neumaier(at: u32, end: u32, out: u32): void {
  let sum: f64 = 0;
  let lost: f64 = 0;
  for (; at < end; at += 8) {
    const value = load<f64>(at);
    const next = sum + value;
    lost += abs(sum) >= abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  store<f64>(out, sum + lost);
}
export function exact(at: u32, end: u32, out: u32): void {
  for (; at < end; at += 8) {
    const bits = load<u64>(at);
    const exponent = <u32>(bits >> 52) & 0x7ff;
    const band = (exponent >> 5) - 29;
    if (band >= 5) continue;
    const to = out + (band << 3);
    const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
    const shift = <u64>(exponent & 31);
    store<u64>(to, load<u64>(to) + ((mantissa << shift) & 0xffffffff));
    store<u64>(to, load<u64>(to, 8) + (mantissa >> (32 - shift)), 8);
  }
}
export function held(at: u32, end: u32, out: u32): void {
  let band: u32 = 0x7fffffff;
  let low: u64 = 0;
  let high: u64 = 0;
  for (; at < end; at += 8) {
    const bits = load<u64>(at);
    const x = (<u32>(bits >> 52) & 0x7ff) + 16;
    const next = (x >> 5) - 29;
    if (next != band) {
      if (next >= 5) continue;
      if (band != 0x7fffffff) {
        store<u64>(out + (band << 3), load<u64>(out + (band << 3)) + low);
        store<u64>(out + (band << 3), load<u64>(out + (band << 3), 8) + high, 8);
      }
      band = next;
      low = 0;
      high = 0;
    }
    const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
    const shift = <u64>(x & 31);
    low += (mantissa << shift) & 0xffffffff;
    high += mantissa >> (32 - shift);
  }
  if (band == 0x7fffffff) return;
  store<u64>(out + (band << 3), load<u64>(out + (band << 3)) + low);
  store<u64>(out + (band << 3), load<u64>(out + (band << 3), 8) + high, 8);
}
`;

/** Nanoseconds per add of each way (best of 12; `held` is how the kernel does it), over 1,000 doubles in the first-level cache. */
export function sumContenders() {
  const folder = mkdtempSync(join(tmpdir(), 'sum-contenders-'));
  writeFileSync(join(folder, 'index.ts'), source);
  const asc = join(import.meta.dirname, '..', 'node_modules', '.bin', 'asc');
  const wasm = join(folder, 'out.wasm');
  execFileSync(
    asc,
    [join(folder, 'index.ts'), '-o', wasm, '-O3', '--noAssert', '--runtime', 'stub', '--importMemory'],
    { stdio: 'ignore' },
  );
  const memory = new WebAssembly.Memory({ initial: 2 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasm)), {
    env: { memory, abort() {} },
  });
  rmSync(folder, { recursive: true });
  const values = new Float64Array(memory.buffer, 8192, 1000);
  for (let index = 0; index < 1000; index++) values[index] = ((index * 7919) % 1000) / 8; // sums exactly in any way
  const expected = values.reduce((sum, value) => sum + value, 0);
  const chunks = new BigInt64Array(memory.buffer, 4096, 7);
  const out = new Float64Array(memory.buffer, 4096, 1);
  const results = [];
  for (const name of ['plain', 'neumaier', 'exact', 'held']) {
    const times = [];
    for (let run = 0; run < 12; run++) {
      const started = performance.now();
      for (let repeat = 0; repeat < 20_000; repeat++) {
        chunks.fill(0n);
        exports[name](8192, 8192 + 8000, 4096);
      }
      times.push(((performance.now() - started) * 1e6) / 20_000_000);
    }
    if (name === 'exact' || name === 'held') {
      const whole = chunks.reduce((sum, chunk, index) => sum + chunk * (1n << BigInt(32 * index)), 0n);
      assert.equal(Number(whole) * 2 ** (29 * 32 - (name === 'held' ? 1091 : 1075)), expected);
    } else assert.equal(out[0], expected);
    results.push({ name, nanoseconds: Math.min(...times) });
  }
  return results;
}
