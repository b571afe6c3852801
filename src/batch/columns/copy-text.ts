/** Copies a text, `from[start, end)`, to `to[at]`: a short one byte by byte, which costs less than a view of it. */
export function copyText(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > longestCopied) return to.set(from.subarray(start, end), at);
  for (let byte = start; byte < end; byte++) to[at + byte - start] = from[byte] ?? 0;
}

const longestCopied = 64;
