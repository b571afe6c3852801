import { BacktestExportError } from '../../errors.ts';
import { quoteText } from '../../quote-text.ts';
import { isMissing } from '../../storage/storage-path.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';
import { formatJournal, invalid, journalName, largestJournal, parseJournal, type Journal } from './journal.ts';

/** A journal as it was found, and the version of its file. */
export interface FoundJournal {
  readonly journal: Journal;
  readonly version: string;
}

/**
 * Reads the journal of a folder; undefined where there is none. One that is replaced while it is read is read again.
 * @throws `JOURNAL_INVALID`; what reading throws
 */
export async function readJournal(storage: Storage): Promise<FoundJournal | undefined> {
  for (let attempt = 1; ; attempt++) {
    const file = await openIfThere(storage, journalName);
    if (file === undefined) return undefined;
    try {
      if (file.size > largestJournal) throw invalid(`expected at most ${largestJournal} bytes, found ${file.size}`);
      return { journal: parseJournal(linesOf(await readWhole(file))), version: file.version };
    } catch (error) {
      const isChanged = error instanceof BacktestExportError && error.code === 'FILE_CHANGED';
      if (!isChanged || attempt === mostReads) throw inFolder(error, storage);
    } finally {
      await file.close();
    }
  }
}

const mostReads = 5;

/** What is wrong with a journal, told with the folder that it lies in. */
function inFolder(error: unknown, { location }: Storage): unknown {
  if (!(error instanceof BacktestExportError) || error.code !== 'JOURNAL_INVALID') return error;
  const { code, problem, position } = error;
  return new BacktestExportError(code, `in the folder ${quoteText(location)}, ${problem}`, { position });
}

/** The version of a folder's journal file, without reading it; undefined where there is none. */
export async function journalVersion(storage: Storage): Promise<string | undefined> {
  const file = await openIfThere(storage, journalName);
  await file?.close();
  return file?.version;
}

/**
 * Writes a journal, whole and synced; with `overwrite` in the place of the one that is there.
 * @throws `FILE_EXISTS` where there is one already: somebody else's; `WRITE_FAILED`
 */
export async function writeJournal(storage: Storage, journal: Journal, overwrite: boolean): Promise<void> {
  await writeTexts(storage, journalName, formatJournal(journal), overwrite);
}

/** Writes a small file of texts. @throws `FILE_EXISTS`, `WRITE_FAILED` */
export async function writeTexts(
  storage: Storage,
  path: string,
  texts: Iterable<string>,
  overwrite: boolean,
): Promise<void> {
  const writer = await storage.create(path, { overwrite });
  try {
    let [held, written] = ['', 0];
    const write = async (): Promise<void> => {
      const bytes = encoder.encode(held);
      [held, written] = ['', written + bytes.length];
      if (written > largestJournal) throw tooLarge(path);
      await writer.write(bytes);
    };
    for (const text of texts) {
      held += text;
      if (held.length >= pieceLength) await write();
    }
    await write();
    await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function tooLarge(file: string): BacktestExportError {
  const problem = `expected files that can be told in ${largestJournal} bytes, found more than can be published together`;
  return new BacktestExportError('WRITE_FAILED', problem, { position: { file } });
}

const pieceLength = 256 * 1024;
const encoder = new TextEncoder();

/** Reads a small file; undefined where there is none. @throws what reading throws */
export async function readSmall(storage: Storage, path: string, most: number): Promise<string | undefined> {
  const file = await openIfThere(storage, path);
  if (file === undefined) return undefined;
  try {
    return file.size > most ? '' : new TextDecoder().decode(await readWhole(file));
  } finally {
    await file.close();
  }
}

async function openIfThere(storage: Storage, path: string): Promise<StorageFile | undefined> {
  try {
    return await storage.open(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readWhole(file: StorageFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  await file.read(bytes, 0);
  await file.assertUnchanged();
  return bytes;
}

/** Lines without their ends, decoded one after another, so that a journal that is none is refused at its first line. */
function* linesOf(bytes: Uint8Array): Generator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) throw invalid('expected a line end after its last line');
    if (end - from > longestLine) throw invalid(`expected lines of at most ${longestLine} bytes, found ${end - from}`);
    let line: string;
    try {
      line = decoder.decode(bytes.subarray(from, end));
    } catch {
      throw invalid('expected text in UTF-8');
    }
    yield line;
    from = end + 1;
  }
}

const longestLine = 4096;
