import { describeValue } from '../../describe-value.ts';
import type { StorageWriter } from '../storage.ts';
import { ask, methodOf, storageInvalid } from './ask.ts';
import { checkPrepared } from './check-answer.ts';

/** A file that somebody else's storage writes. @throws `STORAGE_INVALID` for what is no writer */
export function guardWriter(path: string, writer: unknown): StorageWriter {
  if (typeof writer !== 'object' || writer === null) {
    throw storageInvalid('create', path, `expected a writer, found ${describeValue(writer)}`);
  }
  const call = (method: keyof StorageWriter, ...values: unknown[]): Promise<unknown> =>
    ask({ method, path, writes: true }, () => methodOf(writer, method, path)(...values));
  let written = 0;
  return {
    path,
    async write(bytes) {
      await call('write', bytes);
      written += bytes.length;
    },
    async finish() {
      await call('finish');
    },
    async prepare() {
      return checkPrepared(path, await call('prepare'), written);
    },
    async abort() {
      await call('abort');
    },
  };
}
