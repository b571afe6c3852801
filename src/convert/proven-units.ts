import { recoverSwap } from '../export/swap/recover-swap.ts';
import { listSwapFolders } from '../export/swap/list-swapped.ts';
import { readLatest } from '../storage/read-latest.ts';
import { folderPrefix, ifThere } from '../storage/storage-path.ts';
import type { PreparedFile, Storage, StorageEntry } from '../storage/storage.ts';
import { giveUp, isAbandonedNote, isTemporaryName, noteOf, takeBack } from '../storage/temporary-name.ts';
import { version } from '../version.ts';
import { formatUnitNote, parseUnitNote, type UnitNote } from './unit-note.ts';
import type { UnitInput, UnitOutput } from './unit.ts';

/**
 * Units of which a note is kept as soon as they are proven: bytes of their sources at least. Smaller ones are as quickly
 * converted again. Set to less only by tests.
 */
export const keptUnits: { leastBytes: number } = { leastBytes: 4_000_000 };

/** Bytes of a note at most. */
const mostNoteBytes = 4 * 1024 * 1024;

/**
 * What an earlier conversion of the same parts, which was killed or aborted, had proven: its hidden files, which are complete, and notes
 * beside them. They are taken over only if part, options, this library and the hidden file are those of the note, to the version of each.
 */
export class ProvenUnits {
  /** By the unit's index. */
  readonly outputs: ReadonlyMap<number, UnitOutput>;
  /** Paths that must not be removed as leftovers. */
  readonly files: ReadonlySet<string>;
  readonly #storage: Storage;
  /** The hidden files of each note, by its path. */
  readonly #noted: Map<string, readonly PreparedFile[]>;

  private constructor(storage: Storage, outputs: ReadonlyMap<number, UnitOutput>) {
    this.#storage = storage;
    this.outputs = outputs;
    this.#noted = new Map(
      [...outputs.values()].flatMap(({ files }) => {
        const [first] = files;
        return first === undefined ? [] : [[noteOf(first.temporary), files]];
      }),
    );
    this.files = new Set(this.#paths());
    takeBack(this.files);
  }

  /** Looks for notes in a folder, after a swap that was not finished is undone. Costs a listing of the folders of an export. */
  static async find(storage: Storage, inputs: readonly UnitInput[]): Promise<ProvenUnits> {
    await recoverSwap(storage);
    const entries = await listSwapFolders(storage);
    const notes = [...entries.values()].filter(({ path, modified }) => isAbandonedNote(path, modified));
    const outputs = new Map<number, UnitOutput>();
    const indexes = notes.length === 0 ? new Map<string, number>() : indexesOf(inputs);
    for (const { path } of notes) {
      const note = await readNote(storage, path);
      const index = note === undefined ? undefined : indexes.get(note.unit);
      const input = inputs[index ?? -1];
      if (note === undefined || index === undefined || input === undefined) continue;
      if (isOf(note.output, input) && isWhole(note, entries)) outputs.set(index, note.output);
    }
    return new ProvenUnits(storage, outputs);
  }

  /** Notes that a unit is proven, if it is large enough. Never fails: without the note it would be converted again. */
  async keep(input: UnitInput, output: UnitOutput): Promise<void> {
    const [first] = output.files;
    const bytes = input.sources.reduce((sum, { part }) => sum + part.size, 0);
    if (first === undefined || bytes < keptUnits.leastBytes) return;
    try {
      const versions = await Promise.all(output.files.map((file) => versionOf(this.#storage, file)));
      const text = formatUnitNote({ unit: nameUnit(input), versions, output });
      const path = noteOf(first.temporary);
      const writer = await this.#storage.create(path, { overwrite: true });
      try {
        await writer.write(new TextEncoder().encode(text));
        await writer.finish();
      } catch (error) {
        await writer.abort();
        throw error;
      }
      this.#noted.set(path, output.files);
    } catch {
      // best effort
    }
  }

  /** Removes the notes, once the files are published or discarded. */
  async forget(): Promise<void> {
    const notes = [...this.#noted.keys()];
    this.#noted.clear();
    for (const path of notes) {
      await this.#storage.discard({ path, temporary: path, size: 0, overwrite: true }).catch(() => undefined);
    }
  }

  /**
   * Leaves what is noted to the next conversion, as if this process had ended; {@link forget} then removes none of it. Returns the
   * paths of the hidden files, which must stay.
   */
  handOver(): ReadonlySet<string> {
    const paths = new Set(this.#paths());
    this.#noted.clear();
    giveUp(paths);
    return paths;
  }

  /** Notes and their hidden files. */
  #paths(): string[] {
    return [...this.#noted].flatMap(([note, files]) => [note, ...files.map(({ temporary }) => temporary)]);
  }
}

function indexesOf(inputs: readonly UnitInput[]): Map<string, number> {
  return new Map(inputs.map((input, index) => [nameUnit(input), index]));
}

/** Everything that the bytes of a unit depend on. */
function nameUnit(input: UnitInput): string {
  const { sources, target, table, format, parquet, guardFormulas, columnNames, lossy } = input;
  const parts = sources.map(({ part: { path, size, version }, decode }) => [path, size, version, decode]);
  return JSON.stringify([version, table, target, format, parquet, guardFormulas, columnNames ?? null, lossy, parts]);
}

async function readNote(storage: Storage, path: string): Promise<UnitNote | undefined> {
  const read = await readLatest(storage, path, mostNoteBytes);
  return read?.bytes === undefined ? undefined : parseUnitNote(new TextDecoder().decode(read.bytes));
}

/** Whether a note's files are hidden ones beside the paths that the unit gives them. */
function isOf({ files }: UnitOutput, { target }: UnitInput): boolean {
  return files.every(({ path, temporary }) => {
    const folder = folderPrefix(path);
    const isHidden = temporary.startsWith(folder) && isTemporaryName(temporary.slice(folder.length));
    return isHidden && (target.kind === 'split' || path === target.path);
  });
}

/** Whether the hidden files of a note are all there, as they were when they were proven. */
function isWhole({ output, versions }: UnitNote, entries: ReadonlyMap<string, StorageEntry>): boolean {
  return output.files.every(({ temporary, size }, index) => {
    const entry = entries.get(temporary);
    return entry?.kind === 'file' && entry.size === size && entry.version === versions[index];
  });
}

async function versionOf(storage: Storage, { temporary }: PreparedFile): Promise<string> {
  const file = await ifThere(storage.open(temporary));
  await file?.close();
  return file?.version ?? '';
}
