import { BacktestExportError } from '../../errors.ts';
import type { OpenLocation } from '../../storage/given-storage.ts';
import { openLocation } from '../../storage/open-storage.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';
import { withSignal } from '../../storage/with-signal.ts';
import type { CommandContext } from './context.ts';

/** A line of text, and where it is from. */
export interface PlacedLine {
  readonly text: string;
  readonly place: { readonly file: string; readonly line: number };
}

/** Bytes of a line at most: a state has about 8 MB in the worst case that `map` makes. */
const longestLine = 256 * 1024 * 1024;
const blockBytes = 1024 * 1024;
const lineFeed = 0x0a;

/**
 * The lines of files, of all files of folders, or of standard input where none is named. Empty lines are left out.
 * @throws what opening and reading throw; `READ_FAILED` for a line without end, or that is not UTF-8
 */
export async function* readLines(
  { stdin, signal }: Pick<CommandContext, 'stdin' | 'signal'>,
  locations: readonly string[],
  how: OpenLocation,
): AsyncGenerator<PlacedLine> {
  if (locations.length === 0) yield* splitLines(stdin(), 'standard input');
  for (const location of locations) {
    if (location === '-') {
      yield* splitLines(stdin(), 'standard input');
      continue;
    }
    const { storage: opened, file } = await openLocation(location, signal, how);
    const storage = withSignal(opened, signal);
    for (const path of file === undefined ? await filesOf(storage) : [file])
      yield* splitLines(blocksOf(storage, path), path);
  }
}

/** The files of a folder but hidden ones and marks such as `_SUCCESS`. */
async function filesOf(storage: Storage): Promise<string[]> {
  const entries = await storage.list('');
  return entries.flatMap(({ kind, path }) => (kind === 'file' && !/^[._]/.test(path) ? [path] : []));
}

async function* blocksOf(storage: Storage, path: string): AsyncGenerator<Uint8Array> {
  const file: StorageFile = await storage.open(path);
  try {
    file.readAhead?.();
    for (let at = 0; at < file.size;) {
      const block = new Uint8Array(Math.min(blockBytes, file.size - at));
      const read = await file.read(block, at);
      at += read;
      yield block.subarray(0, read);
    }
    await file.assertUnchanged();
  } finally {
    await file.close();
  }
}

/** Splits bytes into lines. */
async function* splitLines(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<PlacedLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pieces: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  const take = (): PlacedLine[] => {
    const place = { file, line: line++ };
    const bytes = Buffer.concat(pieces, length);
    [pieces, length] = [[], 0];
    try {
      const text = decoder.decode(bytes).trim();
      return text === '' ? [] : [{ text, place }];
    } catch (cause) {
      throw new BacktestExportError('READ_FAILED', 'expected a line of UTF-8', { position: place, cause });
    }
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      pieces.push(chunk.subarray(from, end));
      length += end - from;
      yield* take();
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > longestLine) {
      const problem = `expected lines of at most ${longestLine} bytes, found a longer one`;
      throw new BacktestExportError('READ_FAILED', problem, { position: { file, line } });
    }
  }
  if (length > 0) yield* take();
}
