/** Parquet encodings, written and read bit by bit, as Encodings.md tells them. */

/** The bits of a number, the lowest first. */
function bitsOf(value: bigint, width: number): string {
  return Array.from({ length: width }, (_, bit) => ((value >> BigInt(bit)) & 1n).toString()).join('');
}

/** Bytes of bits, the first bit lowest. */
function bytesOf(bits: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    bytes.push(
      Number.parseInt(
        Array.from(bits.slice(at, at + 8).padEnd(8, '0'))
          .toReversed()
          .join(''),
        2,
      ),
    );
  }
  return bytes;
}

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value * 2n : -value * 2n - 1n;
}

/** Values of `width` bits, packed. */
export function slowPack(values: readonly bigint[], width: number): number[] {
  return bytesOf(values.map((value) => bitsOf(value, width)).join(''));
}

/** The RLE and bit-packing hybrid of runs: a number is repeated, a list is packed in groups of eight. */
export function slowHybrid(
  runs: readonly (readonly [value: number, times: number] | readonly number[][])[],
  width: number,
): number[] {
  return runs.flatMap((run) => {
    const [first] = run;
    if (typeof first === 'number') {
      const [value, times] = run as readonly [number, number];
      return [...varint(BigInt(times) * 2n), ...bytesOf(bitsOf(BigInt(value), Math.ceil(width / 8) * 8))];
    }
    const values = (first ?? []).map(BigInt);
    return [...varint(BigInt(values.length / 8) * 2n + 1n), ...slowPack(values, width)];
  });
}

/** DELTA_BINARY_PACKED with any block size; each miniblock as wide as its largest delta needs. */
export function slowDelta(values: readonly bigint[], blockSize: number, miniblocks: number): number[] {
  const size = blockSize / miniblocks;
  const bytes = [...varint(BigInt(blockSize)), ...varint(BigInt(miniblocks)), ...varint(BigInt(values.length))];
  bytes.push(...varint(zigzag(values[0] ?? 0n)));
  const deltas = values.slice(1).map((value, index) => BigInt.asIntN(64, value - (values[index] ?? 0n)));
  for (let from = 0; from < deltas.length; from += blockSize) {
    const block = deltas.slice(from, from + blockSize);
    const least = block.reduce((a, b) => (a < b ? a : b));
    const rests = block.map((delta) => BigInt.asUintN(64, delta - least));
    bytes.push(...varint(zigzag(least)));
    const minis = Array.from({ length: miniblocks }, (_, index) => rests.slice(index * size, (index + 1) * size));
    const widths = minis.map((mini) => Math.max(0, ...mini.map((rest) => (rest === 0n ? 0 : rest.toString(2).length))));
    bytes.push(...widths);
    for (const [index, mini] of minis.entries()) {
      if (mini.length === 0) break;
      const padded = Array.from({ length: size }, (_, at) => mini[at] ?? 0n);
      bytes.push(...slowPack(padded, widths[index] ?? 0));
    }
  }
  return bytes;
}

/** Unpacks a Snappy block byte by byte; undefined for what is none. */
export function slowSnappy(input: Uint8Array): number[] | undefined {
  const out: number[] = [];
  let length = 0;
  let at = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = input[at++];
    if (byte === undefined) return undefined;
    length += (byte % 128) * factor;
    if (byte < 128) break;
  }
  const little = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) value += (input[at + index] ?? Number.NaN) * 256 ** index;
    at += count;
    return value;
  };
  while (at < input.length) {
    const tag = little(1);
    const high = Math.floor(tag / 4);
    if (tag % 4 === 0) {
      const size = 1 + (high < 60 ? high : little(high - 59));
      if (!(at + size <= input.length)) return undefined;
      for (let index = 0; index < size; index++) out.push(little(1));
    } else {
      const size = tag % 4 === 1 ? 4 + (high % 8) : 1 + high;
      const offset = tag % 4 === 1 ? Math.floor(high / 8) * 256 + little(1) : little(tag % 4 === 2 ? 2 : 4);
      if (!(offset >= 1 && offset <= out.length)) return undefined;
      for (let index = 0; index < size; index++) out.push(out[out.length - offset] ?? 0);
    }
    if (out.length > length) return undefined;
  }
  return out.length === length ? out : undefined;
}
