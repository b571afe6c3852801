import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '#src/batch/hash/crc32.browser.js';
import { decodeBase64 } from '#src/batch/decode-base64.browser.js';
import type { DialectParser } from '#src/csv/dialect-parser.js';
import { loadCsvParse as loadThere } from '#src/csv/load-csv-parse.browser.js';
import { loadCsvParse as loadHere } from '#src/csv/load-csv-parse.js';
import { Shelf } from '#src/parallel/shelf.browser.js';
import { loadBrotli } from '#src/parquet/codecs/brotli.browser.js';
import { loadGzip } from '#src/parquet/codecs/gzip.browser.js';
import { loadZstd } from '#src/parquet/codecs/zstd.browser.js';
import { currentOwner, newId, ownerState } from '#src/storage/owner.browser.js';
import { isTemporaryName, temporaryName } from '#src/storage/temporary-name.js';
import { seededRandom } from './support/random.ts';

const root = join(import.meta.dirname, '..');
const twins = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.browser.ts'))
  .map((path) => path.replace(/\.browser\.ts$/, ''));

/** The declarations that the compiler wrote, without comments, imports, private members and names of parameters. */
function declarations(path: string): string[] {
  const text = readFileSync(join(root, 'build', `${path}.d.ts`), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/([(,] ?)(?:\{[^}]*\}|\w+)(\??:)/g, '$1_$2'))
    .filter((line) => line !== '' && line !== 'export {};' && line !== '#private;' && !line.startsWith('import '))
    .sort();
}

describe('the twins for browsers', () => {
  it('are those of modules that are there', () => {
    expect(twins.length).toBeGreaterThan(15);
    expect(twins.filter((path) => !existsSync(join(root, 'src', `${path}.ts`)))).toEqual([]);
  });

  it.each(twins)('%s: exports the same names and types', (path) => {
    expect(declarations(`${path}.browser`)).toEqual(declarations(path));
  });

  it('are in none of the files for Node, and what they replace in none of those for browsers', () => {
    const sourcesIn = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.js.map'))
        .flatMap((path) => (JSON.parse(readFileSync(join(folder, path), 'utf8')) as { sources: string[] }).sources)
        .map((source) => source.replace(/^.*\bsrc\//, ''));
    const dist = join(root, 'dist');
    const forBrowsers = sourcesIn(join(dist, 'browser'));
    const all = sourcesIn(dist);
    expect(forBrowsers.filter((path) => twins.includes(path.replace(/\.ts$/, '')))).toEqual([]);
    expect(forBrowsers.filter((path) => path.includes('.browser.ts')).length).toBeGreaterThan(15);
    const ofNode = new Map<string, number>();
    for (const path of all) ofNode.set(path, (ofNode.get(path) ?? 0) + 1);
    for (const path of forBrowsers) ofNode.set(path, (ofNode.get(path) ?? 0) - 1);
    expect([...ofNode].filter(([path, count]) => count > 0 && path.includes('.browser.ts'))).toEqual([]);
  });
});

const random = seededRandom(20_261_126);
/** Bytes of which some repeat. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (random() < 0.5 ? index & 15 : Math.floor(random() * 256)));
}
const lengths = [...Array(40).keys(), 1000, 65_535, 200_001];
const packBrotli = (bytes: Uint8Array): Uint8Array =>
  zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } });
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

describe('in a browser', () => {
  it('the CRC-32 is that of zlib, whole and in pieces, for every length', () => {
    for (const length of lengths) {
      const bytes = bytesOf(length);
      const cut = Math.floor(length / 3);
      expect(crc32(bytes, 0)).toBe(zlib.crc32(bytes));
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut), 0))).toBe(zlib.crc32(bytes));
    }
  });

  it('base64 is decoded to the same bytes', () => {
    const bytes = bytesOf(1001);
    expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
  });

  it('gzip packs and unpacks what zlib unpacks and packs, several members too', async () => {
    const { pack, unpack } = await loadGzip();
    for (const length of lengths) {
      const bytes = bytesOf(length);
      expect(isSame(unpack(zlib.gzipSync(bytes), length), bytes), `${length}`).toBe(true);
      expect(isSame(zlib.gunzipSync(pack(bytes)), bytes), `${length}`).toBe(true);
    }
    const [one, other] = [bytesOf(100_000), bytesOf(5)];
    const members = Buffer.concat([zlib.gzipSync(one), zlib.gzipSync(other), zlib.gzipSync(one)]);
    expect(isSame(unpack(members, 200_005), Buffer.concat([one, other, one]))).toBe(true);
    expect(isSame(pack(one), pack(one))).toBe(true);
  });

  it('gzip that is damaged, cut or too long is refused', async () => {
    const { unpack } = await loadGzip();
    const packed = zlib.gzipSync(bytesOf(3000));
    expect(() => unpack(packed, 2999)).toThrow('expected 2999 bytes, found more');
    for (let end = 0; end < packed.length; end += 7) {
      // a library's message is about its buffers, and stays in the cause: that it throws is all that counts
      expect(() => unpack(packed.subarray(0, end), 3000), `cut at ${end}`).toThrow(/./);
    }
    for (const at of [packed.length - 1, packed.length - 5, packed.length - 20]) {
      const damaged = Uint8Array.from(packed, (byte, index) => (index === at ? byte ^ 16 : byte));
      expect(() => unpack(damaged, 3000), `byte ${at}`).toThrow(/./);
    }
    const bomb = zlib.gzipSync(new Uint8Array(5_000_000));
    expect(() => unpack(bomb, 1000)).toThrow('expected 1000 bytes, found more');
  });

  it('Brotli and zstd are unpacked, and no further than allowed', async () => {
    const [brotli, { unpack: zstd, pack }] = await Promise.all([loadBrotli(), loadZstd()]);
    for (const length of [0, 1, 2, 100, 65_535, 200_001]) {
      const bytes = bytesOf(length);
      expect(isSame(brotli(packBrotli(bytes), length), bytes), `${length}`).toBe(true);
      expect(isSame(zstd(pack(bytes), length), bytes), `${length}`).toBe(true);
    }
    const packed = packBrotli(bytesOf(3000));
    expect(() => brotli(packed, 2999)).toThrow('expected 2999 bytes, found more');
    expect(() => brotli(packed.subarray(0, 2000), 3000)).toThrow(/./);
    const bomb = packBrotli(new Uint8Array(5_000_000));
    expect(() => brotli(bomb, 1000)).toThrow('expected 1000 bytes, found more');
    const words = new TextEncoder().encode('the time of the government '.repeat(100)); // of Brotli's own dictionary
    expect(brotli(zlib.brotliCompressSync(words), words.length)).toEqual(words);
  });

  it('a shelf gives back what was put on it, and keeps no arrays of its owner', () => {
    const shelf = new Shelf<{ numbers: Float64Array }>();
    const numbers = Float64Array.of(1, 2);
    shelf.put({ numbers }, [numbers.buffer]);
    expect(numbers.length).toBe(0);
    expect(shelf.takeAll()).toEqual([{ numbers: Float64Array.of(1, 2) }]);
    expect(shelf.takeAll()).toEqual([]);
    shelf.close();
  });

  it('a page is an owner of its own, whose names are as everywhere', () => {
    const { host, pid, start } = currentOwner();
    expect(newId()).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(isTemporaryName(`.backtest-export-p${host}-${pid}-${start}-${newId()}.tmp`)).toBe(true);
    expect(isTemporaryName(temporaryName())).toBe(true);
    expect(ownerState({ host, pid, start }, 0)).toBe('alive');
    expect(ownerState({ host: '00000000', pid: 1, start: '1' }, Date.now())).toBe('elsewhere');
  });
});

describe('csv-parse for browsers', () => {
  const text = [
    'a;"b ""c"";',
    'd";ä',
    '',
    'x;;\u{1f600}',
    ...Array.from({ length: 9000 }, (_, row) => `${row};"q";r`),
  ].join('\n');
  const options = { delimiter: ';', record_delimiter: ['\r\n', '\n'], skip_empty_lines: true };

  async function recordsOf(parser: DialectParser, pieces: readonly string[]): Promise<unknown[]> {
    const feeding = (async () => {
      for (const piece of pieces) {
        if (parser.destroyed || parser.write(piece)) continue;
        await new Promise<void>((resolve) => {
          parser.on('drain', resolve);
          parser.on('close', resolve);
        });
      }
      if (!parser.destroyed) parser.end();
    })();
    const records: unknown[] = [];
    for await (const record of parser) records.push(record);
    await feeding;
    return records;
  }

  it('gives the same records as for Node, wherever the text is cut', async () => {
    const [here, there] = [await loadHere(), await loadThere()];
    const expected = await recordsOf(here(options), [text]);
    expect(expected.length).toBe(9002);
    for (const size of [7, 1000, 100_000]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.slice(at * size, (at + 1) * size),
      );
      expect(await recordsOf(there(options), pieces)).toEqual(expected);
    }
    expect(await recordsOf(there(options), [])).toEqual([]);
  });

  it('fails with the same error, and ends when nobody takes more', async () => {
    const there = await loadThere();
    for (const wrong of ['a;b\nc\n', 'a;"b\n', 'a;b"c\n']) {
      const failures = [];
      for (const load of [loadHere, loadThere]) {
        failures.push(
          await recordsOf((await load())(options), [wrong]).catch((error: { code?: string }) => error.code),
        );
      }
      expect(failures[0]).toMatch(/^(?:CSV_|INVALID_)/);
      expect(failures[1]).toBe(failures[0]);
    }
    const parser = there(options);
    parser.destroy(new Error('enough'));
    await expect(recordsOf(parser, ['a;b\n'])).rejects.toThrow('enough');
  });
});
