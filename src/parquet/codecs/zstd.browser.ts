import { loadLibrary, type Zstd } from './zstd-library.ts';

/** libzstd in WebAssembly, loaded when needed. */
export async function loadZstd(): Promise<Zstd> {
  return loadLibrary();
}
