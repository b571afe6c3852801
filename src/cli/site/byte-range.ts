/** Bytes of a file, from the first up to, but not including, the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The bytes that a `Range` header asks for: undefined for the whole file, which is also the answer to what is no single
 * range of bytes (RFC 9110, section 14.2); `'none'` where no byte of the file is in it.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'none' : { from: size - length, to: size };
  }
  const from = Number(first);
  const to = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < from) return undefined;
  return from >= size ? 'none' : { from, to };
}
