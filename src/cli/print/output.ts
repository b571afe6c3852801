import { BacktestExportError } from '../../errors.ts';

/** What the command needs of standard output and standard error; a Node stream is one. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** The reader of standard output has gone (`| head`): the command ends quietly. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** Writes text to one stream and waits until it is taken, so that a slow reader slows the command, not its memory. */
export interface Output {
  readonly stream: OutputStream;
  /** @throws {@link OutputClosed}; `WRITE_FAILED` when the text cannot be written (a full disk). */
  write(text: string): Promise<void>;
  /** Stops listening for errors of the stream. */
  release(): void;
}

/**
 * An {@link Output} over a stream. Errors that the stream reports late are kept and thrown by the next write. `aside`: what
 * is written is no result, so that nobody has to read it, and a closed stream is no error.
 */
export function createOutput(stream: OutputStream, how: { readonly aside?: boolean } = {}): Output {
  let failed: Error | undefined;
  const onError = (error: Error): void => void (failed ??= error);
  stream.on('error', onError);
  return {
    stream,
    write: (text) =>
      new Promise((resolve, reject) => {
        const fail = (cause: Error): void => {
          const error = outputError(cause);
          if (how.aside === true && error instanceof OutputClosed) resolve();
          else reject(error);
        };
        if (failed !== undefined) return fail(failed);
        if (text === '') return resolve();
        stream.write(text, (error) => {
          if (error === null || error === undefined) return resolve();
          failed ??= error;
          fail(error);
        });
      }),
    release: () => void stream.off('error', onError),
  };
}

const closedCodes = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ECONNRESET']);

function outputError(cause: Error): Error {
  const code = 'code' in cause ? String(cause.code) : '';
  if (closedCodes.has(code)) return new OutputClosed('standard output is closed', { cause });
  return new BacktestExportError('WRITE_FAILED', `standard output cannot be written: ${cause.message}`, { cause });
}
