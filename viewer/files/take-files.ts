import { quoteText } from '#src/quote-text.js';
import { EngineError } from '../engine/engine.ts';
import type { NamedFile, Source } from '../engine/messages.ts';

/** Files of one drop at most. */
export const mostFiles = 100_000;

/** The error for more. */
export function tooManyFiles(): EngineError {
  return failed(`expected at most ${mostFiles} files, found more; choose a folder closer to the exports`);
}

/** The error for a file or folder that was given, but cannot be looked at: gone by now, or not readable. */
export function notTaken(path: string, cause: unknown): EngineError {
  const found = cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause);
  return failed(`${quoteText(path)} cannot be read: ${found}`);
}

function failed(message: string): EngineError {
  return new EngineError({ code: 'READ_FAILED', message, cancelled: false });
}

/** Files with their paths as a source: a single zip file is read for what is in it. */
export function sourceOfFiles(files: readonly NamedFile[], name = nameOf(files)): Source {
  const [only] = files;
  if (files.length === 1 && only !== undefined && /\.zip$/i.test(only.path)) {
    const file = only.blob instanceof File ? only.blob : new File([only.blob], only.path);
    return { kind: 'zip', name: only.path, file };
  }
  return { kind: 'files', name, files };
}

/** The files of an input element; those of a folder say where in it they are. */
export function takeInput(list: FileList): Source | undefined {
  if (list.length === 0) return undefined;
  if (list.length > mostFiles) throw tooManyFiles();
  return sourceOfFiles(Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, blob: file })));
}

function nameOf(files: readonly NamedFile[]): string {
  const [first = ''] = files.map(({ path }) => path.split('/', 1)[0] ?? '');
  return files.every(({ path }) => path.startsWith(`${first}/`)) ? first : `${files.length} files`;
}
