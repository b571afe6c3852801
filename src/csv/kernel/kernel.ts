import { KernelPool } from '../../batch/kernel-pool.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { map } from './map.generated.ts';
import { computePowersOfFive } from './powers-of-five.ts';
import { wasmBase64 } from './wasm.generated.ts';

/** One instance of the kernel with its memory. It serves one part at a time, for reading or for writing. */
export interface CsvKernel {
  readonly memory: WebAssembly.Memory;
  /** Returns `NEEDS_INPUT`, `OUTPUT_FULL`, `BAD_ROW` or `HEADER_ROW` of the map. */
  readonly decode: () => number;
  /** Returns `DONE`, `OUTPUT_FULL` or `BAD_TIME` of the map. */
  readonly encode: () => number;
}

/** The CSV kernels of this thread; the tables of each are filled. */
export const csvKernels: KernelPool<CsvKernel> = new KernelPool({
  name: 'the CSV kernel',
  wasmBase64,
  firstPages: 1,
  mostPages: 32_768,
  mostIdle: 4,
  create: (exports, memory) => {
    fillTables(memory);
    const { decode, encode } = exports as WebAssembly.Exports & Pick<CsvKernel, 'decode' | 'encode'>;
    return { memory, decode, encode };
  },
});

const kinds = { text: map.TEXT, time: map.TIME, number: map.NUMBER } as const;

/** The kernel's number for a kind of column; a column that was not requested is skipped. */
export function kernelKind(column: ColumnSchema, wanted: boolean): number {
  if (!wanted) return map.SKIP;
  return column.allowsNotDefined ? map.METRIC : kinds[column.kind];
}

function fillTables({ buffer }: WebAssembly.Memory): void {
  const powers = computePowersOfFive();
  new BigUint64Array(buffer, map.TABLES, powers.length).set(powers);
  new BigUint64Array(buffer, map.INTEGERS, 20).set(Array.from({ length: 20 }, (_, index) => 10n ** BigInt(index)));
  new Float64Array(buffer, map.DOUBLES, 23).set(Array.from({ length: 23 }, (_, index) => Number(`1e${index}`)));
  for (let fraction = 0; fraction <= 16; fraction++) {
    new Float64Array(buffer, map.PIECES + fraction * 32, 4).set(piecesOfPower(fraction));
  }
  for (let pair = 0; pair < 100; pair++) {
    new Uint8Array(buffer, map.PAIRS + pair * 2, 2).set([0x30 + Math.floor(pair / 10), 0x30 + (pair % 10)]);
  }
  for (let count = 0; count <= 16; count++) new Uint8Array(buffer, map.MASKS16 + count * 16, 16).fill(0x0f, 16 - count);
  for (let count = 0; count <= 8; count++) new Uint8Array(buffer, map.MASKS8 + count * 8, 8).fill(0x0f, 8 - count);
  new Int16Array(buffer, map.VECTORS, 8).fill(2561);
  new Int16Array(buffer, map.VECTORS + 16, 8).set([100, 1, 100, 1, 100, 1, 100, 1]);
  new Int16Array(buffer, map.VECTORS + 32, 8).set([10000, 1, 10000, 1, 10000, 1, 10000, 1]);
  new Int8Array(buffer, map.VECTORS + 48, 16).fill(0x50);
  new Int8Array(buffer, map.VECTORS + 64, 16).fill(-119);
  const delimiters = new Uint8Array(buffer, map.VECTORS + 80, 16);
  delimiters[0] = 0xff; // no byte has these low bits
  for (const character of [0x0a, 0x0d, 0x22, 0x2c]) delimiters[character & 15] = character;
  new Uint8Array(buffer, map.VECTORS + 96, 16).fill(0x0f);
  new Int32Array(buffer, map.DIGITS, 4).fill(10486);
  new Int32Array(buffer, map.DIGITS + 16, 4).fill(1 - 100 * 65536);
  new Int16Array(buffer, map.DIGITS + 32, 8).fill(103);
  new Int16Array(buffer, map.DIGITS + 48, 8).fill(1 - 10 * 256);
  new Uint8Array(buffer, map.DIGITS + 64, 16).fill(0x30);
  new Uint8Array(buffer, map.VECTORS + 112, 16).set(Array.from({ length: 16 }, (_, index) => index));
}

/** 10^-fraction as three doubles of 24, at most 24 and 53 bits, the first two cut off, the last one rounded; then 10^fraction. */
function piecesOfPower(fraction: number): [number, number, number, number] {
  const shift = 110 + Math.ceil(fraction * Math.log2(10));
  let rest = (1n << BigInt(shift)) / 10n ** BigInt(fraction);
  const bits = rest.toString(2).length;
  const cut = (below: number): number => {
    const unit = BigInt(bits - below);
    const piece = rest >> unit;
    rest -= piece << unit;
    return Number(piece) * 2 ** (Number(unit) - shift);
  };
  return [cut(24), cut(48), Number(rest) * 2 ** -shift, Number(`1e${fraction}`)];
}
