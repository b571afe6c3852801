import { checksum } from '../../batch/hash/checksum.ts';
import { joinBytes, joinPieces } from '../../storage/join-bytes.ts';

const encoder = new TextEncoder();

/** A gzip file of stored (uncompressed) blocks: the same bytes on every machine. */
export function wrapGzip(content: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < content.length; start += 0xffff) {
    const block = content.subarray(start, start + 0xffff);
    const last = start + 0xffff >= content.length ? 1 : 0;
    blocks.push(Uint8Array.of(last), uint16(block.length, ~block.length), block);
  }
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  return joinPieces([header, ...blocks, uint32(checksum(content), content.length)]);
}

/** A zip archive with one stored file. */
export function wrapZip(content: Uint8Array, name: string): Uint8Array {
  const path = encoder.encode(name);
  const sizes = uint32(checksum(content), content.length, content.length);
  const common = joinBytes(uint16(20, 0, 0, 0, 0x5321), sizes, uint16(path.length, 0));
  const local = joinBytes(uint32(0x04034b50), common, path, content);
  const entry = joinBytes(uint32(0x02014b50), uint16(20), common, uint16(0, 0, 0), uint32(0, 0), path);
  const end = joinBytes(uint32(0x06054b50), uint16(0, 0, 1, 1), uint32(entry.length, local.length), uint16(0));
  return joinBytes(local, entry, end);
}

/** Looks like a Parquet file at both ends, but has no valid footer. */
export function pretendParquet(): Uint8Array {
  const magic = encoder.encode('PAR1');
  return joinBytes(magic, new Uint8Array(64), uint32(16), magic);
}

/** UTF-16, little endian, with its byte-order mark. */
export function encodeUtf16(content: Uint8Array): Uint8Array {
  const text = `\ufeff${new TextDecoder().decode(content)}`;
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >>> 8]));
}

/** Numbers of two bytes, little endian. */
function uint16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff]));
}

/** Numbers of four bytes, little endian. */
function uint32(...values: readonly number[]): Uint8Array {
  return joinPieces(values.map((value) => uint16(value, value >>> 16)));
}
