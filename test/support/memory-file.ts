import type { StorageFile } from '#src/storage/storage.js';

/** An open file over bytes, for tests of decoders. */
export function memoryFile(content: string | Uint8Array, path = 'part.csv'): StorageFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    path,
    size: bytes.length,
    version: '1',
    read(target, position) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return Promise.resolve(piece.length);
    },
    assertUnchanged: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
