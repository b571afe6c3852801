import { crc32 } from '../../batch/hash/crc32.ts';
import { loadPackage } from '../../load-package.ts';
import type { Gzip } from './codec.ts';

/** gzip by fflate, loaded when needed. */
export async function loadGzip(): Promise<Gzip> {
  const { Gunzip, gzipSync } = await loadPackage('fflate', 'gzip', () => import('fflate'));
  const unpack = (packed: Uint8Array, length: number): Uint8Array => {
    const members = new Members(packed, length);
    const gunzip = new Gunzip((bytes) => members.add(bytes));
    gunzip.onmember = (start) => members.end(start);
    for (let at = 0; at < packed.length; at += bytesAtOnce) {
      gunzip.push(packed.subarray(at, at + bytesAtOnce), at + bytesAtOnce >= packed.length);
    }
    return members.end(packed.length);
  };
  // without a time, so that the same bytes are packed to the same bytes
  return { pack: (bytes) => gzipSync(bytes, { mtime: 0 }), unpack };
}

/** Packed bytes between two looks at how much there is: they may unpack to a thousand times as many. */
const bytesAtOnce = 65_536;

/** What is unpacked. fflate leaves it to its users to check the sum and length at the end of each member. */
class Members {
  readonly #packed: DataView;
  readonly #output: Uint8Array;
  #begun = 0;
  #done = 0;

  constructor(packed: Uint8Array, length: number) {
    this.#packed = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    this.#output = new Uint8Array(length);
  }

  add(bytes: Uint8Array): void {
    const { length } = this.#output;
    if (bytes.length > length - this.#done) throw new RangeError(`expected ${length} bytes, found more`);
    this.#output.set(bytes, this.#done);
    this.#done += bytes.length;
  }

  /** Ends a member whose last packed byte is before `at`; returns all that was unpacked. */
  end(at: number): Uint8Array {
    if (at < trailerBytes) throw new RangeError('expected a member of gzip, found its beginning');
    const sum = this.#packed.getUint32(at - trailerBytes, true);
    const length = this.#packed.getUint32(at - trailerBytes / 2, true);
    const unpacked = this.#output.subarray(this.#begun, this.#done);
    if (length !== unpacked.length || sum !== crc32(unpacked, 0)) throw new Error('expected another CRC-32 or length');
    this.#begun = this.#done;
    return this.#output.subarray(0, this.#done);
  }
}

/** The CRC-32 and the length of a member. */
const trailerBytes = 8;
