/** Whether two pieces of memory hold the same bytes; four at a time where both begin at a multiple of four. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  const { length } = left;
  if (length !== right.length) return false;
  let at = 0;
  if (left.byteOffset % 4 === 0 && right.byteOffset % 4 === 0) {
    const words = length >> 2;
    const a = new Uint32Array(left.buffer, left.byteOffset, words);
    const b = new Uint32Array(right.buffer, right.byteOffset, words);
    for (let word = 0; word < words; word++) if (a[word] !== b[word]) return false;
    at = words * 4;
  }
  for (; at < length; at++) if (left[at] !== right[at]) return false;
  return true;
}
