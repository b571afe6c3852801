const lf = 0x0a;
const cr = 0x0d;

/**
 * The one rule for line ends: LF, or CR followed immediately by LF. Returns the bytes of the line end at a position: 1,
 * 2, or 0 if there is none. A lone carriage return is not a line end; if a file ends without a line feed, readers add
 * one, so that a file cut between CR and LF has lost its end, not its last row. The kernel (`assembly/index.ts`) applies
 * the same rule.
 */
export function lineEndAt(bytes: Uint8Array, at: number): 0 | 1 | 2 {
  if (bytes[at] === lf) return 1;
  return bytes[at] === cr && bytes[at + 1] === lf ? 2 : 0;
}

/** Bytes of a byte-order mark at a position: 3, or 0 if there is none. */
export function byteOrderMarkAt(bytes: Uint8Array, at: number): 0 | 3 {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
}

/** What the line ends of a part are called, by the kernel's bits: 1 for LF, 2 for CRLF. */
export const lineEndNames = ['none', 'LF', 'CRLF', 'mixed'] as const;
