import { BacktestExportError, type ErrorCode } from '../../errors.ts';
import { given } from '../../given.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { FooterProblem, parseFooter, type FooterMetadata } from '../format/footer-metadata.ts';
import { checkFooterSum } from '../format/footer-sum.ts';
import { thriftStructEnd } from '../format/thrift-shape.ts';
import { checkEnd } from './check-end.ts';
import { fillAt } from './fill-at.ts';

/** A file's footer, and where it begins: no column chunk may reach further. */
export interface Footer {
  readonly metadata: FooterMetadata;
  readonly start: number;
  /** Whether this library wrote it and its checksum fits: only then the checksums in it are of this file. */
  readonly sealed: boolean;
}

const magic = 'PAR1';
const encryptedMagic = 'PARE';
/** Magic, empty footer, its length, magic. */
const shortest = 12;
const longestFooter = 64 * 1024 * 1024;
const magicBytes = 4;
/** What is before the footer is read with it: page indexes, which take about as many bytes. */
const probableEnd = 4096;
const mostEnd = 1 << 20;
/** Of an encrypted file whose footer is plain: nonce and tag of its signature. */
const signatureBytes = 28;

/**
 * Reads a Parquet file's footer: both magics, a length that fits, the shape of its Thrift, its checksum where this
 * library wrote it; then its members, and the checksum of what is between the last column chunk and the footer. Two small
 * reads and one of twice the footer's size; from another machine two requests at once, if these are at most 64 KiB. More where
 * there are large Bloom filters.
 *
 * @throws `PARQUET_CRC_MISMATCH`; `PARQUET_FOOTER_INVALID` for a file that is cut, damaged or of another format; `PARQUET_UNSUPPORTED` for an
 * encrypted one; `PARQUET_TOO_LARGE` for a footer of more than 64 MiB.
 */
export async function readFooter(file: StorageFile): Promise<Footer> {
  if (file.size < shortest) {
    throw refuse(
      file,
      'PARQUET_FOOTER_INVALID',
      `expected at least ${shortest} bytes, found ${file.size}: the file is truncated`,
    );
  }
  const [head, tail] = await readEnds(file);
  assertMagic(file, text(head), text(tail.subarray(-4)));
  const length = new DataView(tail.buffer).getUint32(tail.length - 8, true);
  const start = file.size - 8 - length;
  if (start < 4) {
    const problem = `expected a footer within a file of ${file.size} bytes, found a length of ${length}`;
    throw refuse(file, 'PARQUET_FOOTER_INVALID', problem, file.size - 8);
  }
  if (length > longestFooter) {
    throw refuse(
      file,
      'PARQUET_TOO_LARGE',
      `the footer has ${length} bytes, more than the ${longestFooter} allowed`,
      start,
    );
  }
  const probable = Math.min(start - magicBytes, length + probableEnd, mostEnd);
  const bytes = length + 8 <= tail.length ? tail : await readAt(file, start - probable, probable + length + 8);
  const before = bytes.length - length - 8;
  const footer = bytes.slice(before, before + length);
  const end = thriftStructEnd(footer);
  if (end !== length && end + signatureBytes !== length) {
    throw refuse(file, 'PARQUET_FOOTER_INVALID', 'expected a Thrift struct as footer, found something else', start);
  }
  const seal = checkFooterSum(footer);
  if (seal === 'damaged') {
    throw refuse(file, 'PARQUET_CRC_MISMATCH', 'the footer does not match its checksum', start);
  }
  const metadata = readMetadata(file, footer.subarray(0, end), start);
  const sealed = seal === 'sound';
  if (sealed) await checkEnd(file, metadata, start, bytes.subarray(0, before));
  if (end === length) return { metadata, start, sealed };
  // the footer of an encrypted file says so and has already been refused
  throw refuse(file, 'PARQUET_FOOTER_INVALID', 'expected a Thrift struct as footer, found extra bytes after it', start);
}

/** The first four bytes, and at least the last eight. */
async function readEnds(file: StorageFile): Promise<[Uint8Array, Uint8Array]> {
  if (file.readAhead === undefined) return [await readAt(file, 0, 4), await readAt(file, file.size - 8, 8)];
  const length = Math.min(file.size, usualFooter);
  return Promise.all([readAt(file, 0, 4), readAt(file, file.size - length, length)]);
}

const usualFooter = 64 * 1024;

function readMetadata(file: StorageFile, footer: Uint8Array, start: number): FooterMetadata {
  try {
    return parseFooter(footer);
  } catch (error) {
    if (!(error instanceof FooterProblem)) throw error;
    throw refuse(file, error.unsupported ? 'PARQUET_UNSUPPORTED' : 'PARQUET_FOOTER_INVALID', error.message, start);
  }
}

function assertMagic(file: StorageFile, head: string, tail: string): void {
  if (head === encryptedMagic || tail === encryptedMagic) {
    throw refuse(file, 'PARQUET_UNSUPPORTED', 'the file is encrypted, which this library does not read');
  }
  if (head !== magic) {
    throw refuse(file, 'PARQUET_FOOTER_INVALID', "expected the bytes 'PAR1' at the start, found no Parquet file", 0);
  }
  if (tail !== magic) {
    const problem = "expected the bytes 'PAR1' at the end, found others: the file is truncated or still being written";
    throw refuse(file, 'PARQUET_FOOTER_INVALID', problem, file.size - 4);
  }
}

/** Reads exactly `length` bytes that lie within the file. */
async function readAt(file: StorageFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await fillAt(file, position, bytes);
  return bytes;
}

/** Magic numbers are ASCII. */
const latin1 = new TextDecoder('latin1');

function text(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}

function refuse(file: StorageFile, code: ErrorCode, problem: string, byte?: number): BacktestExportError {
  const position = { file: file.path, ...given({ byte }) };
  return new BacktestExportError(code, problem, { position });
}
