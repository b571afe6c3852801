/** Snappy, byte by byte, as `format_description.txt` tells it; undefined for what is damaged or of another length. */
export function slowSnappy(packed: Uint8Array, length: number): number[] | undefined {
  const input = [...packed];
  const output: number[] = [];
  let told = 0;
  for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
    if (input.length === 0 || shift === 35) return undefined;
    byte = input.shift()!;
    told += (byte % 128) * 2 ** shift;
  }
  if (told !== length) return undefined;
  while (input.length > 0) {
    const tag = input.shift()!;
    const kind = tag % 4;
    const upper = tag >> 2;
    if (kind === 0) {
      const extra = Math.max(0, upper - 59);
      const size = extra === 0 ? upper + 1 : 1 + little(input.splice(0, extra), extra);
      const text = input.splice(0, size);
      if (!(text.length === size)) return undefined;
      output.push(...text);
    } else {
      const bytes = kind === 1 ? 1 : kind === 2 ? 2 : 4;
      const near = little(input.splice(0, bytes), bytes);
      const offset = kind === 1 ? (upper >> 3) * 256 + near : near;
      const size = kind === 1 ? 4 + (upper % 8) : upper + 1;
      if (!repeat(output, offset, size)) return undefined;
    }
    if (output.length > length) return undefined;
  }
  return output.length === length ? output : undefined;
}

/** A block of LZ4, byte by byte, as `lz4_Block_format.md` tells it; undefined as {@link slowSnappy}. */
export function slowLz4(packed: Uint8Array, length: number): number[] | undefined {
  const input = [...packed];
  const output: number[] = [];
  while (input.length > 0) {
    const token = input.shift()!;
    const size = lengthOf(token >> 4, input);
    const text = input.splice(0, size);
    if (text.length !== size || output.length + size > length) return undefined;
    output.push(...text);
    if (input.length === 0) return output.length === length ? output : undefined;
    const offset = little(input.splice(0, 2), 2);
    const matched = lengthOf(token % 16, input) + 4;
    if (!(output.length + matched <= length) || !repeat(output, offset, matched)) return undefined;
  }
  return undefined;
}

function lengthOf(start: number, input: number[]): number {
  let length = start;
  for (let byte = start === 15 ? 255 : 0; byte === 255;) {
    byte = input.shift() ?? Number.NaN;
    length += byte;
  }
  return length;
}

/** NaN where there are not as many bytes. */
function little(bytes: readonly number[], count: number): number {
  if (bytes.length < count) return Number.NaN;
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function repeat(output: number[], offset: number, size: number): boolean {
  if (!(offset >= 1 && offset <= output.length)) return false;
  for (let index = 0; index < size; index++) output.push(output[output.length - offset]!);
  return true;
}
