/** Zeros that all threads share; undefined where memory cannot be shared, as in a page without cross-origin isolation. */
export function sharedIntegers(length: number): Int32Array | undefined {
  if (typeof SharedArrayBuffer !== 'function') return undefined;
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
