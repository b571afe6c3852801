import { BlobReader, configure, ZipReader, type Entry, type FileEntry } from '@zip.js/zip.js';
import { BacktestExportError } from 'backtest-export/browser';
import type { NamedFile } from './messages.ts';
import type { Work } from './session.ts';

// this is a worker already, and the policy of the page allows no others
configure({ useWebWorkers: false });

/** Entries of a zip file at most. */
const mostEntries = 100_000;
/** Bytes of all entries at most, unpacked: of what a browser keeps for a page on disk. */
const mostBytes = 4 * 2 ** 30;
/** Bytes that are collected before the browser is given them to keep. */
const pieceBytes = 8 * 2 ** 20;

/**
 * Unpacks the files of a zip file, one after another; each is kept by the browser, which has large ones on disk. What an entry
 * says of its size is never believed: it ends when it has given as much, and its checksum is compared.
 * @throws `READ_FAILED` with the entry for anything that is wrong with it, and for more than the limits; the signal's reason
 */
export async function unzip(file: File, { signal, onProgress }: Work): Promise<NamedFile[]> {
  const reader = new ZipReader(new BlobReader(file), { signal, checkCrc32: true });
  try {
    const entries = await listEntries(reader, file.name, signal);
    const totalBytes = [...entries.values()].reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    if (totalBytes > mostBytes)
      throw refused(file.name, `expected at most ${mostBytes} bytes unpacked, found ${totalBytes}`);
    const files: NamedFile[] = [];
    let bytes = 0;
    for (const [path, entry] of entries) {
      const tell = (done: number): void => onProgress({ phase: 'unpacking', bytes: bytes + done, totalBytes });
      tell(0);
      files.push({ path, blob: await unpack(entry, signal, tell) });
      bytes += entry.uncompressedSize;
    }
    return files;
  } finally {
    await reader.close();
  }
}

/** The files by their paths. */
async function listEntries(
  reader: ZipReader<Blob>,
  name: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileEntry>> {
  const entries = new Map<string, FileEntry>();
  try {
    let count = 0;
    for await (const entry of reader.getEntriesGenerator()) {
      signal.throwIfAborted();
      count += 1;
      if (count > mostEntries) throw refused(name, `expected at most ${mostEntries} entries, found more`);
      const path = pathOf(entry);
      // what macOS adds to a zip file of a folder
      if (entry.directory || path.endsWith('/') || path.startsWith('__MACOSX/')) continue;
      if (entries.has(path)) throw refused(path, 'expected each entry once, found two of this name');
      entries.set(path, entry);
    }
  } catch (cause) {
    throw asRefusal(cause, name, signal);
  }
  return entries;
}

/** Windows PowerShell's Compress-Archive writes `\` between folders, against the format; no part of an export has it in its name. */
function pathOf({ filename }: Entry): string {
  return filename.includes('/') ? filename : filename.replaceAll('\\', '/');
}

async function unpack(entry: FileEntry, signal: AbortSignal, tell: (bytes: number) => void): Promise<Blob> {
  const { filename, uncompressedSize, encrypted } = entry;
  if (encrypted) throw refused(filename, 'the entry is encrypted');
  const kept: Blob[] = [];
  let piece: Uint8Array<ArrayBuffer>[] = [];
  let [held, bytes] = [0, 0];
  const keep = (): void => {
    kept.push(new Blob(piece));
    [piece, held] = [[], 0];
    tell(bytes);
  };
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (chunk) => {
      bytes += chunk.length;
      if (bytes > uncompressedSize) throw refused(filename, `expected ${uncompressedSize} bytes, found more`);
      piece.push(chunk);
      held += chunk.length;
      if (held >= pieceBytes) keep();
    },
  });
  try {
    await entry.getData(sink, { signal, checkCrc32: true, useWebWorkers: false });
  } catch (cause) {
    throw asRefusal(cause, filename, signal);
  }
  keep();
  if (bytes !== uncompressedSize) throw refused(filename, `expected ${uncompressedSize} bytes, found ${bytes}`);
  return new Blob(kept);
}

function asRefusal(cause: unknown, file: string, signal: AbortSignal): Error {
  signal.throwIfAborted();
  if (cause instanceof BacktestExportError) return cause;
  const found = cause instanceof Error ? cause.message : String(cause);
  return refused(file, `the zip file cannot be read: ${found}`, cause);
}

function refused(file: string, problem: string, cause?: unknown): BacktestExportError {
  return new BacktestExportError('READ_FAILED', problem, { position: { file }, cause });
}
