/** CRC-32 of bytes, of those before first; as an unsigned integer. Takes sixteen bytes at a time: see `makeTables`. */
export function crc32(bytes: Uint8Array, before: number): number {
  const { length } = bytes;
  let sum = ~before;
  let at = 0;
  for (const end = length - 15; at < end; at += 16) sum = takeSixteen(bytes, at, sum);
  for (; at < length; at++) sum = (tables[(sum ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Table n, at 256 n, has what a byte does to the sum when n more bytes follow it. */
const tables: Int32Array = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ 0xedb8_8320;
    made[byte] = sum;
  }
  for (let at = 256; at < made.length; at++) {
    const shorter = made[at - 256] ?? 0;
    made[at] = (shorter >>> 8) ^ (made[shorter & 255] ?? 0);
  }
  return made;
}

/* oxlint-disable typescript/no-non-null-assertion -- every index is below the length; `??` would cost a comparison each */
function takeSixteen(bytes: Uint8Array, at: number, sum: number): number {
  return (
    tables[3840 + ((sum ^ bytes[at]!) & 255)]! ^
    tables[3584 + (((sum >>> 8) ^ bytes[at + 1]!) & 255)]! ^
    tables[3328 + (((sum >>> 16) ^ bytes[at + 2]!) & 255)]! ^
    tables[3072 + ((sum >>> 24) ^ bytes[at + 3]!)]! ^
    tables[2816 + bytes[at + 4]!]! ^
    tables[2560 + bytes[at + 5]!]! ^
    tables[2304 + bytes[at + 6]!]! ^
    tables[2048 + bytes[at + 7]!]! ^
    tables[1792 + bytes[at + 8]!]! ^
    tables[1536 + bytes[at + 9]!]! ^
    tables[1280 + bytes[at + 10]!]! ^
    tables[1024 + bytes[at + 11]!]! ^
    tables[768 + bytes[at + 12]!]! ^
    tables[512 + bytes[at + 13]!]! ^
    tables[256 + bytes[at + 14]!]! ^
    tables[bytes[at + 15]!]!
  );
}
