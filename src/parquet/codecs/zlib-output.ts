/** What Node may allocate for `length` bytes: one buffer for all, as its usual small ones would be copied together. */
export function outputOf(length: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: Math.max(1, length), chunkSize: Math.max(64, length + 1) };
}
