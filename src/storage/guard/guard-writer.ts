import { describeValue } from '../../describe-value.ts';
import type { StorageWriter, SyncingFile } from '../storage.ts';
import { ask, lookAt, methodOf, storageInvalid } from './ask.ts';
import { checkPrepared, checkSyncing } from './check-answer.ts';

/** A file that somebody else's storage writes. @throws `STORAGE_INVALID` for what is no writer */
export function guardWriter(path: string, writer: unknown): StorageWriter {
  if (typeof writer !== 'object' || writer === null) {
    throw storageInvalid('create', path, `expected a writer, found ${describeValue(writer)}`);
  }
  const call = (method: keyof StorageWriter, ...values: unknown[]): Promise<unknown> =>
    ask({ method, path, writes: true }, () => methodOf(writer, method, path)(...values));
  let written = 0;
  const isEarly = lookAt({ method: 'create', path, writes: true }, () => {
    return Reflect.get(writer, 'prepareEarly') !== undefined;
  });
  const prepareEarly = async (): Promise<SyncingFile> => {
    const question = { method: 'prepareEarly', path, writes: true };
    const answer = await call('prepareEarly');
    const { file, synced } = lookAt(question, () => checkSyncing(path, answer, written));
    return { file, synced: ask(question, () => synced).then(() => undefined) };
  };
  return {
    path,
    ...(isEarly ? { prepareEarly } : {}),
    async write(bytes) {
      await call('write', bytes);
      written += bytes.length;
    },
    async finish() {
      await call('finish');
    },
    async prepare() {
      const answer = await call('prepare');
      return lookAt({ method: 'prepare', path, writes: true }, () => checkPrepared(path, answer, written));
    },
    async abort() {
      await call('abort');
    },
  };
}
