import { hashBytes } from '../../../batch/tables/text-table.ts';
import { BacktestExportError } from '../../../errors.ts';
import { takeSteps, type Pause } from '../../../pause.ts';
import { createFile } from '../../../storage/create-file.ts';
import { openTransferred } from '../../../storage/open-storage.ts';
import type { Storage, StorageFile, StorageTransfer, StorageWriter } from '../../../storage/storage.ts';
import { exportRecords, mergeRecords, type RecordsState } from '../records.ts';
import { sortByRank } from '../sort-by-rank.ts';
import type { Tables } from '../tables.ts';
import { packRecords, unpackRecords } from './pack-records.ts';

/** Where groups are written that do not fit into memory. Plain data, if its storage is. */
export interface SpillPlan {
  readonly storage: Storage | StorageTransfer;
  /** The same on every thread, and not to be guessed from a file. */
  readonly seed: number;
  /** Bytes of records held in memory; 64 MiB by default. */
  readonly held?: number;
}

/** Groups of one partition in a file: their keys, their packed records, their full-range sums. Plain data. */
export interface SpilledPiece {
  readonly file: string;
  readonly partition: number;
  readonly position: number;
  readonly groups: number;
  readonly packed: number;
  readonly wide: number;
}

/** The numbers here of the numbers in the keys of a piece, for each part of the keys; empty where they are the same. */
export type KeyNumbers = readonly (Int32Array | undefined)[];

const mostHeld = 64 * 1024 * 1024;
/** As many that those of 64 GiB fit into memory one after another. */
export const partitions = 256;
const mostSpilled = 64 * 2 ** 30;

/**
 * Groups whose records were written to files, to be merged at the end, a share of the keys at a time: the records of a group
 * are all in one partition, by its texts. Sums are exact, so nothing depends on what was written when.
 */
export class Spill {
  readonly #tables: Tables;
  readonly #plan: SpillPlan;
  readonly #storage: Storage;
  readonly #mark: number;
  readonly #pieces: { readonly piece: SpilledPiece; readonly numbers: KeyNumbers }[] = [];
  #bytes = 0;

  /** Of tables without groups. */
  constructor(tables: Tables, plan: SpillPlan) {
    this.#tables = tables;
    this.#plan = plan;
    this.#storage = openTransferred(plan.storage);
    this.#mark = tables.kernel.mark();
  }

  /** Whether the groups take more memory than they should. */
  get isDue(): boolean {
    return this.#tables.groups.size > 1 && this.#tables.kernel.mark() - this.#mark > (this.#plan.held ?? mostHeld);
  }

  /** Whether any group was written. */
  get isUsed(): boolean {
    return this.#pieces.length > 0;
  }

  /** Groups in files, one as often as it was written. */
  get groups(): number {
    return this.#pieces.reduce((sum, { piece }) => sum + piece.groups, 0);
  }

  /** The pieces written here, for whoever merges them. */
  export(): SpilledPiece[] {
    return this.#pieces.map(({ piece }) => piece);
  }

  /** Adds pieces that another thread wrote. */
  take(pieces: readonly SpilledPiece[], numbers: KeyNumbers): void {
    for (const piece of pieces) {
      this.#count(piece.packed + piece.wide);
      this.#pieces.push({ piece, numbers });
    }
  }

  /** Writes all groups to a file and takes their memory back. @throws `WRITE_FAILED`, `TOO_MANY_GROUPS`; the signal's reason */
  async write(pause: Pause): Promise<void> {
    const { groups } = this.#tables;
    if (groups.size === 0) return;
    const { order, starts } = this.#orderByPartition();
    const file = `groups-${crypto.randomUUID()}.bin`;
    const pieces: SpilledPiece[] = [];
    await createFile(this.#storage, file, false, async (writer) => {
      let position = 0;
      for (let partition = 0; partition < partitions; partition++) {
        const numbers = order.subarray(starts[partition], starts[partition + 1]);
        if (numbers.length === 0) continue;
        const piece = await this.#writePiece(writer, numbers, { file, partition, position }, pause);
        pieces.push(piece);
        position += sizeOf(piece, groups.width);
        await pause.take();
      }
    }).catch((error: unknown) => {
      throw withFolder(error, this.#storage.location);
    });
    this.take(pieces, []);
    this.clear();
  }

  /** Forgets the groups in memory and takes it back. */
  clear(): void {
    this.#tables.groups.clear();
    this.#tables.kernel.release(this.#mark);
  }

  /** Adds the groups of a partition to those in memory. @throws `READ_FAILED`; the signal's reason */
  async load(partition: number, pause: Pause): Promise<void> {
    for (const { piece, numbers } of this.#pieces) {
      if (piece.partition !== partition) continue;
      const state = await this.#readPiece(piece);
      await takeSteps(mergeRecords(this.#tables, state, numbers), pause);
    }
  }

  /** Calls back with the keys of all pieces, their numbers those of these tables. */
  async forEachKey(call: (keys: Int32Array, at: number) => void, pause: Pause): Promise<void> {
    const { width } = this.#tables.groups;
    for (const { piece, numbers } of this.#pieces) {
      const keys = new Int32Array(piece.groups * width);
      await this.#read(piece.file, (file) => file.read(new Uint8Array(keys.buffer), piece.position));
      for (let at = 0; at < keys.length; at += width) {
        for (const [part, ids] of numbers.entries()) keys[at + part] = ids?.[keys[at + part] ?? 0] ?? -1;
        call(keys, at);
      }
      if (pause.isDue(piece.groups)) await pause.take();
    }
  }

  async #writePiece(
    writer: Pick<StorageWriter, 'write'>,
    numbers: Uint32Array,
    place: Pick<SpilledPiece, 'file' | 'partition' | 'position'>,
    pause: Pause,
  ): Promise<SpilledPiece> {
    const state = await takeSteps(exportRecords(this.#tables, numbers), pause);
    const packed = packRecords(new Uint8Array(state.groups), this.#tables.kernel.recordBytes);
    await writer.write(new Uint8Array(state.keys));
    await writer.write(packed);
    if (state.wide.byteLength > 0) await writer.write(new Uint8Array(state.wide));
    return { ...place, groups: numbers.length, packed: packed.length, wide: state.wide.byteLength };
  }

  async #readPiece(piece: SpilledPiece): Promise<RecordsState> {
    const { kernel, groups } = this.#tables;
    const bytes = new Uint8Array(sizeOf(piece, groups.width));
    await this.#read(piece.file, (file) => file.read(bytes, piece.position));
    const keyBytes = 4 * groups.width * piece.groups;
    const records = unpackRecords(bytes.subarray(keyBytes, keyBytes + piece.packed), kernel.recordBytes, piece.groups);
    return {
      keys: bytes.slice(0, keyBytes).buffer,
      groups: records.buffer,
      wide: bytes.slice(keyBytes + piece.packed).buffer,
    };
  }

  async #read(path: string, read: (file: StorageFile) => Promise<unknown>): Promise<void> {
    const file = await this.#storage.open(path);
    try {
      await read(file);
    } finally {
      await file.close();
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= mostSpilled) return;
    const problem =
      `expected the groups to take at most ${mostSpilled} bytes on disk, found more; ` +
      'group by fewer keys, or summarize fewer items at a time';
    throw new BacktestExportError('TOO_MANY_GROUPS', problem);
  }

  #orderByPartition(): { readonly order: Uint32Array; readonly starts: Uint32Array } {
    const { groups, plan, texts } = this.#tables;
    const parts = plan.keyParts.flatMap(({ kind, table }, index) =>
      kind === 'text' ? [{ at: index + 1, table }] : [],
    );
    const shares = texts.map((table) => {
      const hashes = new Uint32Array(table.size);
      for (let id = 0; id < hashes.length; id++) {
        const bytes = table.bytesOf(id);
        hashes[id] = hashBytes(this.#plan.seed, bytes, 0, bytes.length);
      }
      return hashes;
    });
    const ranks = new Int32Array(groups.size);
    const starts = new Uint32Array(partitions + 1);
    for (let group = 0; group < ranks.length; group++) {
      let hash = 0;
      for (const { at, table } of parts) {
        hash = Math.imul(hash, 31) + (shares[table]?.[groups.keys[group * groups.width + at] ?? 0] ?? 0);
      }
      const partition = hash & (partitions - 1);
      ranks[group] = partition;
      starts[partition + 1] = (starts[partition + 1] ?? 0) + 1;
    }
    for (let partition = 0; partition < partitions; partition++) {
      starts[partition + 1] = (starts[partition + 1] ?? 0) + (starts[partition] ?? 0);
    }
    const all = Uint32Array.from({ length: groups.size }, (_, group) => group);
    return { order: sortByRank(all, ranks, partitions), starts };
  }
}

/** Says where groups are written, as nobody has named that folder, and how another one is chosen. */
function withFolder(error: unknown, folder: string): unknown {
  if (!(error instanceof BacktestExportError) || error.code !== 'WRITE_FAILED') return error;
  const problem =
    `groups that do not fit into memory cannot be written to this folder for temporary files: ${error.problem}; ` +
    'choose another one with the environment variable TMPDIR (TEMP on Windows), or group by fewer keys';
  return new BacktestExportError('WRITE_FAILED', problem, { position: { file: folder }, cause: error });
}

function sizeOf({ groups, packed, wide }: SpilledPiece, width: number): number {
  return 4 * width * groups + packed + wide;
}
