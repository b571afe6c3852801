/** `node:crypto`, which takes 2 ms to load and is only needed by writers. */
export function loadCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
