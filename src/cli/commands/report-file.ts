import { parsePartExtension } from '../../naming/part-extension.ts';
import { quoteText } from '../../quote-text.ts';
import { createFile } from '../../storage/create-file.ts';
import { openAbove, openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { fileExists, ifThere } from '../../storage/storage-path.ts';
import { hurryAfter, withSignal } from '../../storage/with-signal.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';

/** A file that a report is written to. */
export interface ReportFile {
  /** As the user named it. */
  readonly name: string;
  /** Its absolute path; undefined where it is not on this machine. */
  readonly path: string | undefined;
  /** Before the work that it is the result of. @throws `FILE_EXISTS` for what is no report, unless it may be replaced */
  readonly assertFree: () => Promise<void>;
  /**
   * Writes it under a temporary name first: whatever happens, there is the earlier file or the whole new one.
   * @throws `FILE_EXISTS`, `WRITE_FAILED`; the signal's reason
   */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** The file of that name: local, or an object in S3. @throws `OPTION_INVALID` for what cannot be the name of a report */
export function reportFile(name: string, flags: Flags, signal: AbortSignal): ReportFile {
  // with --overwrite a part of the export could be replaced
  if (parsePartExtension(name) !== undefined) {
    throw usageError(`--output: expected the name of a report, such as report.html, found ${quoteText(name)}`);
  }
  const itself = openStorage(name, { s3: s3Access(flags), side: 'destination' });
  const { folderName, transfer } = itself;
  const folder = openAbove(itself);
  if (folder === undefined || folderName === '' || /[/\\]$/.test(name)) {
    throw usageError(`--output: expected a file in a folder, found ${quoteText(name)}`);
  }
  const mayReplace = async (): Promise<boolean> => {
    const found = await whatIsThere(withSignal(folder, signal), folderName);
    if (found === 'something' && !flags.has('overwrite')) throw fileExists(folderName);
    return found !== 'nothing';
  };
  return {
    name,
    path: transfer?.kind === 'local' ? transfer.root : undefined,
    assertFree: async () => void (await mayReplace()),
    async write(bytes) {
      signal.throwIfAborted();
      const overwrite = await mayReplace();
      await createFile(hurryAfter(folder, signal), folderName, overwrite, (file) => file.write(bytes));
    },
  };
}

/** Whether a path is free, or holds a report, by its first and last bytes. */
async function whatIsThere(folder: Storage, path: string): Promise<'nothing' | 'report' | 'something'> {
  const file = await ifThere(folder.open(path));
  if (file === undefined) return 'nothing';
  try {
    const [head, tail] = [new Uint8Array(lookedAt), new Uint8Array(lookedAt)];
    const first = await file.read(head, 0);
    const last = await file.read(tail, Math.max(0, file.size - lookedAt));
    const decoder = new TextDecoder();
    const isReport = looksLikeReport(decoder.decode(head.subarray(0, first)), decoder.decode(tail.subarray(0, last)));
    return isReport ? 'report' : 'something';
  } finally {
    await file.close();
  }
}

const lookedAt = 4096;

/** By what HTML says in its head, JSON with its first members, Markdown in its last line. */
function looksLikeReport(head: string, tail: string): boolean {
  const html = head.startsWith('<!doctype html>') && head.includes('<meta name="generator" content="backtest-export');
  const json = /^\{\s*"version":\s*\d+,\s*"madeBy":\s*\{\s*"name":\s*"backtest-export"/.test(head);
  return html || json || tail.includes('Made by backtest-export ');
}
