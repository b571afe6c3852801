import { checksum } from '../../batch/hash/checksum.ts';
import { BacktestExportError } from '../../errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { parseEndNote } from '../format/file-notes.ts';
import type { FooterMetadata } from '../format/footer-metadata.ts';
import { fillAt } from './fill-at.ts';

/**
 * Makes sure that what is between the last column chunk and the footer, which begins at `footerStart`, is what this library wrote:
 * page indexes and Bloom filters, which other programs go by. Nothing is made of them here. `before` are the bytes right before the
 * footer that have been read; others are read, a megabyte at a time.
 *
 * @throws `PARQUET_FOOTER_INVALID`, `PARQUET_CRC_MISMATCH`, `FILE_CHANGED`
 */
export async function checkEnd(
  file: StorageFile,
  metadata: FooterMetadata,
  footerStart: number,
  before: Uint8Array,
): Promise<void> {
  const noted = parseEndNote(metadata.key_value_metadata);
  if (noted === undefined) return;
  const position = { file: file.path, byte: footerStart - noted.bytes };
  if (!(noted.bytes >= 0 && noted.bytes <= footerStart - magicBytes)) {
    const problem = `expected at most ${footerStart - magicBytes} bytes before the footer, found ${noted.bytes}`;
    throw new BacktestExportError('PARQUET_FOOTER_INVALID', problem, {
      position: { file: file.path, byte: footerStart },
    });
  }
  let sum = 0;
  for (let left = noted.bytes; left > 0;) {
    const known = before.length >= left;
    const piece = known
      ? before.subarray(before.length - left)
      : new Uint8Array(Math.min(pieceBytes, left - before.length));
    if (!known) await fillAt(file, footerStart - left, piece);
    sum = checksum(piece, sum);
    left -= piece.length;
  }
  if (sum === noted.sum) return;
  const problem = 'the page index does not match its checksum in the footer';
  throw new BacktestExportError('PARQUET_CRC_MISMATCH', problem, { position });
}

const magicBytes = 4;
const pieceBytes = 1 << 20;
