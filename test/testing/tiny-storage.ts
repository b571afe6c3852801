import { notFound } from '#src/storage/storage-path.js';
import type { Storage } from '#src/storage/storage.js';

/** The least storage that the generator can write to; it copies what it is given, and refuses to be read. */
export class TinyStorage implements Storage {
  readonly location = 'tiny';
  readonly folderName = 'tiny';
  readonly transfer = undefined;
  readonly files = new Map<string, Uint8Array>();
  /** Largest piece ever written at once. */
  largestWrite = 0;
  #prepared = 0;

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
        const bytes = Buffer.concat(chunks);
        const temporary = `${path.slice(0, path.lastIndexOf('/') + 1)}.backtest-export-${this.#prepared++}.tmp`;
        this.files.set(temporary, bytes);
        return { path, temporary, size: bytes.length, overwrite: false };
      },
      abort: async () => {},
    };
  };

  list: Storage['list'] = async () => [];
  open: Storage['open'] = async (path) => {
    throw notFound(path, 'file');
  };
  publish: Storage['publish'] = ({ temporary, path }) => this.move(temporary, path);
  discard: Storage['discard'] = async ({ temporary }) => void this.files.delete(temporary);
  remove: Storage['remove'] = async (path) => void this.files.delete(path);
  move: Storage['move'] = async (from, to) => {
    const bytes = this.files.get(from);
    if (bytes === undefined) throw notFound(from, 'file');
    this.files.delete(from);
    this.files.set(to, bytes);
  };
  sync: Storage['sync'] = async () => {};
}
