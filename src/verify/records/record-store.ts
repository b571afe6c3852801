import { createFile } from '../../storage/create-file.ts';
import { joinPieces } from '../../storage/join-bytes.ts';
import type { Storage } from '../../storage/storage.ts';
import type { RecordPiece } from './record-sink.ts';

/** Bytes of records kept in memory; the rest are written out. */
const mostHeld = 32 * 1024 * 1024;

/** The kinds of records, each with its own width. */
export type RecordKind = 'run' | 'metricRow' | 'history' | 'forecastRow';

type HeldPiece = Extract<RecordPiece, { readonly bytes: ArrayBuffer }>;

/** The records of all parts, by kind and partition. Memory: 32 MiB, twice that while writing, where it has a storage to write to. */
export class RecordStore {
  readonly #storage: Storage | undefined;
  readonly #pieces = new Map<string, RecordPiece[]>();
  #held = 0;
  #files = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** `storage` takes what does not fit, and holds what the sinks have written; undefined where all fits. */
  constructor(storage: Storage | undefined) {
    this.#storage = storage;
  }

  /** @throws `WRITE_FAILED` of an earlier call */
  add(kind: RecordKind, pieces: readonly RecordPiece[]): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const piece of pieces) {
      this.#listOf(kind, piece.partition).push(piece);
      if ('bytes' in piece) this.#held += piece.bytes.byteLength;
    }
    if (this.#storage !== undefined && this.#held > mostHeld) this.#writeOut(this.#storage);
  }

  /**
   * The records of a partition, one after another, in no order; the store no longer has them.
   * @throws `WRITE_FAILED`, `READ_FAILED`
   */
  async take(kind: RecordKind, partition: number): Promise<Float64Array> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
    const pieces = this.#listOf(kind, partition).splice(0);
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + sizeOf(piece), 0));
    let at = 0;
    for (const piece of pieces) {
      if ('bytes' in piece) all.set(new Uint8Array(piece.bytes), at);
      else if (this.#storage !== undefined) await readPiece(this.#storage, piece, all.subarray(at, at + piece.length));
      at += sizeOf(piece);
    }
    return new Float64Array(all.buffer);
  }

  /** Waits for pending writes; never fails. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  #listOf(kind: RecordKind, partition: number): RecordPiece[] {
    const key = `${kind} ${partition}`;
    let pieces = this.#pieces.get(key);
    if (pieces === undefined) this.#pieces.set(key, (pieces = []));
    return pieces;
  }

  /** Writes everything in memory to one file, one partition after another. */
  #writeOut(storage: Storage): void {
    const file = `store-${this.#files++}.bin`;
    const blocks: Uint8Array[] = [];
    let position = 0;
    for (const [key, pieces] of this.#pieces) {
      const held = pieces.filter((piece): piece is HeldPiece => 'bytes' in piece);
      const [first] = held;
      if (first === undefined) continue;
      const block = joinPieces(held.map(({ bytes }) => new Uint8Array(bytes)));
      const written = { partition: first.partition, file, position, length: block.length };
      this.#pieces.set(key, [...pieces.filter((piece) => !('bytes' in piece)), written]);
      blocks.push(block);
      position += block.length;
    }
    this.#held = 0;
    this.#writing = this.#writing
      .then(() => writeBlocks(storage, file, blocks))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      });
  }
}

function sizeOf(piece: RecordPiece): number {
  return 'bytes' in piece ? piece.bytes.byteLength : piece.length;
}

function writeBlocks(storage: Storage, file: string, blocks: Uint8Array[]): Promise<void> {
  return createFile(storage, file, false, async (writer) => {
    for (const block of blocks.splice(0)) await writer.write(block);
  });
}

async function readPiece(
  storage: Storage,
  piece: { readonly file: string; readonly position: number },
  target: Uint8Array,
): Promise<void> {
  const file = await storage.open(piece.file);
  try {
    await file.read(target, piece.position);
  } finally {
    await file.close();
  }
}
