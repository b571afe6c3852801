import { brotliCompressSync, gzipSync } from 'node:zlib';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { loadLibrary } from '#src/parquet/codecs/zstd-library.js';
import { loadPacking } from '#src/parquet/codecs/compress.js';
import { PagePlace } from '#src/parquet/values/page-place.js';
import { slowPackSnappy } from '../reference/slow-pack-snappy.js';
import { slowLz4, slowSnappy } from '../reference/slow-unpack.js';
import { GuardedKernel } from '../support/encode-kernel.js';
import { failureOf } from '../support/failure.js';
import { chunkPlan, damageBytes, joinBytes, varint } from '../support/parquet-bytes.js';
import { unpackGuarded } from '../support/page-memory.js';
import { seededRandom } from '../support/random.js';

const place = new PagePlace(chunkPlan(), 1, 0);

/** Bytes as pages have them: repeats, near and far, and noise. */
function randomPage(random: () => number): Uint8Array {
  const bytes: number[] = [];
  const wanted = Math.floor(random() * 2000);
  while (bytes.length < wanted) {
    const length = Math.ceil(random() * 90);
    const back = Math.ceil(random() * Math.min(bytes.length, random() < 0.3 ? 4 : 2000));
    const copied = back > 0 && random() < 0.6;
    for (let index = 0; index < length; index++) {
      bytes.push(copied ? bytes[bytes.length - back]! : Math.floor(random() * 256));
    }
  }
  return Uint8Array.from(bytes);
}

/** A block of LZ4: literals and matches as they come, the last without a match. */
function packLz4(page: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  const tail = (length: number): number[] =>
    length < 15 ? [] : [...Array.from({ length: Math.floor((length - 15) / 255) }, () => 255), (length - 15) % 255];
  let literals = 0;
  for (let at = 0; at < page.length;) {
    const { length, offset } = findMatch(page, at);
    if (length < 4 || at + length + 5 > page.length) at++;
    else {
      const text = page.subarray(literals, at);
      const token = Math.min(15, text.length) * 16 + Math.min(15, length - 4);
      pieces.push(
        Uint8Array.from([token, ...tail(text.length), ...text, offset & 255, offset >> 8, ...tail(length - 4)]),
      );
      at += length;
      literals = at;
    }
  }
  const text = page.subarray(literals);
  pieces.push(Uint8Array.from([Math.min(15, text.length) * 16, ...tail(text.length), ...text]));
  return joinBytes(...pieces);
}

function findMatch(page: Uint8Array, at: number): { length: number; offset: number } {
  let best = { length: 0, offset: 0 };
  for (const offset of [1, 2, 3, 4, 7, 16, 100, 500]) {
    if (offset > at) break;
    let length = 0;
    while (page[at + length] === page[at + length - offset] && length < page.length - at) length++;
    if (length > best.length) best = { length, offset };
  }
  return best;
}

function hadoop(...blocks: readonly (readonly [page: Uint8Array, packed: Uint8Array])[]): Uint8Array {
  const sizes = new DataView(new ArrayBuffer(8));
  return joinBytes(
    ...blocks.map(([page, packed]) => {
      sizes.setUint32(0, page.length);
      sizes.setUint32(4, packed.length);
      return joinBytes(new Uint8Array(sizes.buffer.slice(0)), packed);
    }),
  );
}

/** A block of Snappy with copies of every kind, size and distance; few packers write all of them. */
function randomSnappy(random: () => number): { block: Uint8Array; length: number } {
  const elements: number[] = [];
  let length = 0;
  const below = (most: number): number => Math.floor(random() * most);
  while (length < 1500) {
    const kind = length === 0 ? 0 : [0, 1, 1, 2, 2, 2, 3][below(7)]!;
    const size = kind === 1 ? 4 + below(8) : 1 + (random() < 0.7 ? 7 + below(3) : below(kind === 0 ? 60 : 64));
    const back = 1 + below(Math.min(length, random() < 0.6 ? 40 : 2000));
    if (kind === 0) elements.push((size - 1) << 2, ...Array.from({ length: size }, () => below(256)));
    else if (kind === 1) elements.push(1 | ((size - 4) << 2) | ((back >> 8) << 5), back & 255);
    else elements.push(kind | ((size - 1) << 2), back & 255, back >> 8, ...(kind === 3 ? [0, 0] : []));
    length += size;
  }
  return { block: joinBytes(varint(BigInt(length)), Uint8Array.from(elements)), length };
}

describe('codecs', () => {
  it('Snappy unpacks copies of every kind, size and distance (seeds 1 to 150)', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const { block, length } = randomSnappy(seededRandom(seed));
      const found = await unpackGuarded('SNAPPY', block, length, place);
      expect([seed, [...found]]).toEqual([seed, slowSnappy(block, length)]);
    }
  });

  it('unpack what others packed, exactly (seeds 1 to 60)', async () => {
    const zstd = await loadPacking('zstd');
    for (let seed = 1; seed <= 60; seed++) {
      const page = randomPage(seededRandom(seed));
      const cut = Math.floor(page.length / 3);
      const [first, second] = [page.subarray(0, cut), page.subarray(cut)];
      for (const [codec, packed] of [
        ['UNCOMPRESSED', page],
        ['SNAPPY', snappyCompress(page)],
        ['GZIP', gzipSync(page)],
        ['BROTLI', brotliCompressSync(page)],
        ['ZSTD', zstd.pack!(page)],
        ['LZ4_RAW', packLz4(page)],
        ['LZ4', packLz4(page)],
        ['LZ4', hadoop([first, packLz4(first)], [second, packLz4(second)])],
      ] as const) {
        const bytes = Uint8Array.from(packed);
        const found = await unpackGuarded(codec, bytes, page.length, place);
        expect([seed, codec, [...found]]).toEqual([seed, codec, [...page]]);
        const lengths = [page.length + 1, page.length - 1].filter((length) => length >= 0);
        for (const length of lengths) {
          const [code] = await failureOf(async () => unpackGuarded(codec, bytes, length, place));
          expect([seed, codec, code]).toEqual([seed, codec, 'PARQUET_PAGE_INVALID']);
        }
      }
    }
  });

  it('libzstd unpacks pages to one buffer, unless they are large, and packs to new ones', async () => {
    const { pack, unpack } = await loadLibrary();
    const [first, second] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7)];
    const packed = [pack(first), pack(second)] as const;
    expect(packed[0].buffer).not.toBe(packed[1].buffer);
    const found = unpack(packed[0], 4);
    expect([...found]).toEqual([...first]);
    expect([...unpack(packed[1], 3)]).toEqual([...second]);
    expect(unpack(packed[1], 3).buffer).toBe(found.buffer);
    const large = 5 * 1024 * 1024;
    const packedLarge = pack(new Uint8Array(large).fill(9));
    expect(unpack(packedLarge, large).buffer).not.toBe(unpack(packedLarge, large).buffer);
    expect([...unpack(packed[0], 4)]).toEqual([...first]);
    expect([...packed[1]]).toEqual([...pack(second)]);
  });

  it('Snappy and LZ4 unpack damaged bytes as the reference does, or not at all (seeds 1 to 400)', async () => {
    const codecs = [
      ['SNAPPY', snappyCompress, slowSnappy],
      ['LZ4_RAW', packLz4, slowLz4],
    ] as const;
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const page = randomPage(random).subarray(0, 300);
      for (const [codec, pack, slow] of codecs) {
        const damaged = damageBytes(Uint8Array.from(pack(page)), random);
        const expected = slow(damaged, page.length);
        const result = async (): Promise<number[]> => [...(await unpackGuarded(codec, damaged, page.length, place))];
        if (expected !== undefined) expect([seed, codec, await result()]).toEqual([seed, codec, expected]);
        else expect([seed, codec, (await failureOf(result))[0]]).toEqual([seed, codec, 'PARQUET_PAGE_INVALID']);
      }
    }
  });

  it('Snappy packs as hyparquet-writer does, byte for byte (seeds 1 to 400)', () => {
    const kernel = new GuardedKernel();
    const pack = (page: Uint8Array): number[] => {
      kernel.reset();
      const input = kernel.read(page);
      const out = kernel.write(32 + page.length + Math.floor(page.length / 6));
      return kernel.copy(out, kernel.call('packSnappy', input, page.length, out));
    };
    const far = joinBytes(randomPage(seededRandom(9)), new Uint8Array(70_000), randomPage(seededRandom(9)));
    const pages = Array.from({ length: 400 }, (_, index) => {
      const page = randomPage(seededRandom(index + 1));
      return index < 40 ? page.subarray(0, index) : page;
    });
    for (const [index, page] of [...pages, far].entries()) {
      const expected = [...snappyCompress(page)];
      expect([index, pack(page)]).toEqual([index, expected]);
      expect([index, [...slowPackSnappy(page)]]).toEqual([index, expected]);
    }
  });

  it('Snappy takes lengths of every size and copies of every kind', async () => {
    const long = new Uint8Array(70_000).map((_, index) => index % 251);
    const literal = joinBytes(Uint8Array.of(62 << 2), Uint8Array.of(0x6f, 0x11, 0x01), long);
    const copies = Uint8Array.of((59 << 2) | 2, 0x60, 0xea, (59 << 2) | 3, 0x60, 0xea, 0, 0, (1 << 2) | 1, 8);
    const packed = joinBytes(varint(70_125n), literal, copies);
    const found = await unpackGuarded('SNAPPY', packed, 70_125, place);
    expect([...found]).toEqual(slowSnappy(packed, 70_125));
  });
});
