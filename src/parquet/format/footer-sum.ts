import { checksum, formatSum } from '../../batch/hash/checksum.ts';
import { footerSumKey, footerSumPlaceholder, writerName } from './file-notes.ts';

const encoder = new TextEncoder();
/** The key, then the head of Thrift's next field (a binary) and its length. */
const mark: Uint8Array = encoder.encode(`${footerSumKey}\u0018\u0008`);

/** The writer's name as field 6 of the footer, and the head of field 7: a key of the same name is followed by something else. */
const writerMark: Uint8Array = encoder.encode(`\u0018\u000f${writerName}\u0019`);

/**
 * Replaces the eight zeros of the placeholder with the footer's CRC-32: the sum is of the footer's Thrift as it is
 * with the zeros. A footer without the key stays as it is.
 */
export function sealFooter(footer: Uint8Array): void {
  const at = findSum(footer);
  if (at !== undefined) footer.set(encoder.encode(formatSum(checksum(footer))), at);
}

/**
 * Whether a footer is what {@link sealFooter} left; `foreign` where another program wrote it, which may have copied our
 * key-value metadata into a file that they no longer describe. Does not change it.
 */
export function checkFooterSum(footer: Uint8Array): 'sound' | 'foreign' | 'damaged' {
  if (findLast(footer, writerMark) === undefined) return 'foreign';
  const at = findSum(footer);
  if (at === undefined) return 'damaged';
  const blank = footer.slice();
  blank.set(encoder.encode(footerSumPlaceholder), at);
  const found = new TextDecoder('latin1').decode(footer.subarray(at, at + footerSumPlaceholder.length));
  return found === formatSum(checksum(blank)) ? 'sound' : 'damaged';
}

function findSum(footer: Uint8Array): number | undefined {
  const at = findLast(footer, mark);
  const found = at === undefined ? undefined : at + mark.length;
  return found !== undefined && found + footerSumPlaceholder.length <= footer.length ? found : undefined;
}

/** Both marks are near the end, after everything that grows with the file. */
function findLast(footer: Uint8Array, piece: Uint8Array): number | undefined {
  for (let at = footer.length - piece.length; at >= 0; at--) {
    if (footer[at] === piece[0] && piece.every((byte, index) => footer[at + index] === byte)) return at;
  }
  return undefined;
}
