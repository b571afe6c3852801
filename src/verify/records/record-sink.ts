import { createFile } from '../../storage/create-file.ts';
import { openTransferred } from '../../storage/open-storage.ts';
import type { Storage, StorageTransfer } from '../../storage/storage.ts';
import { key as keyFields, place } from './record-fields.ts';

/** Records of one partition: in memory, or in a spill file. Plain, transferable data. */
export type RecordPiece =
  | { readonly partition: number; readonly bytes: ArrayBuffer }
  | { readonly partition: number; readonly file: string; readonly position: number; readonly length: number };

/** Where records are written that do not fit into memory. */
export interface SpillPlan {
  readonly storage: Storage | StorageTransfer;
  /** Start of the names of this sink's files. */
  readonly name: string;
  /** The most bytes of records to keep until the end; the rest are written out. */
  readonly quota: number;
}

const smallestChunk = 64;
const largestChunk = 32_768;
/** Records are written out no earlier than this, so that files are few. */
const leastSpill = 8 * 1024 * 1024;

/**
 * Collects records by the partition of their items' hashes. Memory: the records, or with a spill 8 MiB and its quota;
 * chunks of a partition grow from 64 to 32,768 doubles, so that many partitions cost little.
 */
export class RecordSink {
  readonly #width: number;
  readonly #shift: number;
  readonly #chunks: Float64Array[][];
  readonly #used: Int32Array;
  readonly #pieces: RecordPiece[] = [];
  readonly #spill: SpillPlan | undefined;
  #bytes = 0;
  #files = 0;
  /** The chunk of the record that {@link next} made room for: as doubles, and the same as words. */
  doubles: Float64Array = new Float64Array();
  words: Uint32Array = new Uint32Array();

  /** `width` is the doubles of a record, `partitions` a power of two. */
  constructor(width: number, partitions: number, spill: SpillPlan | undefined) {
    this.#width = width;
    this.#shift = 31 - Math.log2(partitions);
    this.#chunks = Array.from({ length: partitions }, () => []);
    this.#used = new Int32Array(partitions);
    this.#spill = spill;
  }

  /** Makes room for a record; returns its offset in `doubles`. Its first words must be its key. */
  next(itemWord: number): number {
    // two shifts: a shift by 32 would do nothing
    const partition = (itemWord >>> 1) >>> this.#shift;
    const chunks = this.#chunks[partition] ?? [];
    let chunk = chunks.at(-1);
    let used = this.#used[partition] ?? 0;
    if (chunk === undefined || used + this.#width > chunk.length) {
      if (chunk !== undefined) chunks[chunks.length - 1] = chunk.subarray(0, used);
      const size = chunk === undefined ? smallestChunk : Math.min(largestChunk, chunk.length * 4);
      chunk = new Float64Array(Math.max(size, this.#width));
      chunks.push(chunk);
      used = 0;
    }
    if (chunk !== this.doubles) {
      this.doubles = chunk;
      this.words = new Uint32Array(chunk.buffer);
    }
    this.#used[partition] = used + this.#width;
    this.#bytes += this.#width * 8;
    return used;
  }

  /** Makes room for the record of a run or row and writes its key, window and place; returns its offset in `doubles`. */
  begin(key: Uint32Array, start: number, end: number, file: number, record: number): number {
    const at = this.next(key[keyFields.itemWord] ?? 0);
    const { doubles, words } = this;
    for (let word = 0; word < key.length; word++) words[2 * at + word] = key[word] ?? 0;
    doubles[at + place.start] = start;
    doubles[at + place.end] = end;
    words[2 * at + place.fileWord] = file;
    words[2 * at + place.recordWord] = record;
    return at;
  }

  /** Writes records out where there are too many; call it regularly. */
  async relieve(): Promise<void> {
    const spill = this.#spill;
    if (spill !== undefined && this.#bytes >= Math.max(leastSpill, spill.quota)) await this.#writeOut(spill);
  }

  /** All records. */
  async finish(): Promise<RecordPiece[]> {
    if (this.#spill !== undefined && this.#bytes > this.#spill.quota) await this.#writeOut(this.#spill);
    for (const [partition, chunks] of this.#chunks.entries()) {
      for (const chunk of this.#take(chunks, partition)) {
        this.#pieces.push({ partition, bytes: chunk.slice().buffer });
      }
    }
    return this.#pieces;
  }

  async #writeOut({ storage, name }: SpillPlan): Promise<void> {
    const file = `${name}-${this.#files++}.bin`;
    await createFile(openTransferred(storage), file, false, async (writer) => {
      let position = 0;
      for (const [partition, chunks] of this.#chunks.entries()) {
        const start = position;
        for (const chunk of this.#take(chunks, partition)) {
          await writer.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
          position += chunk.byteLength;
        }
        if (position > start) this.#pieces.push({ partition, file, position: start, length: position - start });
      }
    });
    this.#bytes = 0;
  }

  /** The filled part of a partition's chunks, removed from it. */
  #take(chunks: Float64Array[], partition: number): Float64Array[] {
    const taken = chunks.splice(0);
    const last = taken.at(-1);
    if (last !== undefined) taken[taken.length - 1] = last.subarray(0, this.#used[partition] ?? 0);
    this.#used[partition] = 0;
    this.doubles = new Float64Array();
    return taken;
  }
}
