import { BacktestExportError } from '../errors.ts';

const signatures: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['gzip-compressed data', [0x1f, 0x8b]],
  ['a zip archive (a spreadsheet file is one too)', [0x50, 0x4b, 0x03, 0x04]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['zstd-compressed data', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2-compressed data', [0x42, 0x5a, 0x68]],
  ['an ORC file', [0x4f, 0x52, 0x43]],
  ['an Avro file', [0x4f, 0x62, 0x6a, 0x01]],
  ['UTF-32 text', [0xff, 0xfe, 0x00, 0x00]],
  ['UTF-16 text', [0xff, 0xfe]],
  ['UTF-16 text', [0xfe, 0xff]],
];

/**
 * Refuses a file that is not UTF-8 text, judging by its first bytes, and says what it is.
 * @throws `CSV_NOT_TEXT`
 */
export function assertCsvText(head: Uint8Array, file: string): void {
  const found = signatures.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
  const name = found ?? (looksLikeUtf16(head) ? 'UTF-16 text' : undefined);
  if (name !== undefined) {
    const problem = `expected CSV in UTF-8, found ${name}`;
    throw new BacktestExportError('CSV_NOT_TEXT', problem, { position: { file, byte: 0 } });
  }
}

function looksLikeUtf16(head: Uint8Array): boolean {
  return head.length >= 4 && ((head[0] === 0 && head[2] === 0) || (head[1] === 0 && head[3] === 0));
}
