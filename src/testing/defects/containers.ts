import { checksum } from '../../batch/checksum.ts';
import { joinBytes, joinPieces } from '../../storage/join-bytes.ts';

const encoder = new TextEncoder();

/** A gzip file of stored (uncompressed) blocks: the same bytes on every machine. */
export function wrapGzip(content: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < content.length; start += 0xffff) {
    const block = content.subarray(start, start + 0xffff);
    const last = start + 0xffff >= content.length ? 1 : 0;
    blocks.push(Uint8Array.of(last), littleEndian([block.length, 2], [~block.length & 0xffff, 2]), block);
  }
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  return joinPieces([header, ...blocks, littleEndian([checksum(content), 4], [content.length, 4])]);
}

/** A zip archive with one stored file. */
export function wrapZip(content: Uint8Array, name: string): Uint8Array {
  const path = encoder.encode(name);
  const crc = checksum(content);
  const common = littleEndian(
    [20, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [0x5321, 2],
    [crc, 4],
    [content.length, 4],
    [content.length, 4],
    [path.length, 2],
    [0, 2],
  );
  const local = joinBytes(littleEndian([0x04034b50, 4]), common, path, content);
  const entry = joinBytes(
    littleEndian([0x02014b50, 4], [20, 2]),
    common,
    littleEndian([0, 2], [0, 2], [0, 2], [0, 4], [0, 4]),
    path,
  );
  const end = littleEndian(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [1, 2],
    [1, 2],
    [entry.length, 4],
    [local.length, 4],
    [0, 2],
  );
  return joinBytes(local, entry, end);
}

/** Looks like a Parquet file at both ends, but has no valid footer. */
export function pretendParquet(): Uint8Array {
  const magic = encoder.encode('PAR1');
  return joinBytes(magic, new Uint8Array(64), littleEndian([16, 4]), magic);
}

/** UTF-16, little endian, with its byte-order mark. */
export function encodeUtf16(content: Uint8Array): Uint8Array {
  const text = `\ufeff${new TextDecoder().decode(content)}`;
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >>> 8]));
}

function littleEndian(...fields: readonly (readonly [value: number, bytes: number])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, index) => (value >>> (8 * index)) & 0xff)),
  );
}
