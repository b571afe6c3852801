import type { Storage } from '#src/storage/storage.js';

/** The least storage that the generator can write to; it copies what it is given, and refuses to be read. */
export class TinyStorage implements Storage {
  readonly location = 'tiny';
  readonly folderName = 'tiny';
  readonly transfer = undefined;
  readonly files = new Map<string, Uint8Array>();
  /** Largest piece ever written at once. */
  largestWrite = 0;

  text(path: string): string {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new Error(`no ${path}; there are ${[...this.files.keys()].join(', ')}`);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  create: Storage['create'] = async (path) => {
    const chunks: Uint8Array[] = [];
    return {
      path,
      write: async (bytes: Uint8Array) => {
        this.largestWrite = Math.max(this.largestWrite, bytes.length);
        chunks.push(bytes.slice());
      },
      finish: async () => {
        this.files.set(path, Buffer.concat(chunks));
      },
      prepare: async () => {
        throw new Error('the generator gives names at once');
      },
      abort: async () => {},
    };
  };

  list: Storage['list'] = async () => [];
  open: Storage['open'] = async (path) => {
    throw new Error(path);
  };
  publish: Storage['publish'] = async () => {};
  discard: Storage['discard'] = async () => {};
  remove: Storage['remove'] = async () => {};
}
