import type { DecodeOptions } from '#src/batch/decode-options.js';
import { createCsvEncoder } from '#src/csv/encode.js';
import { decodeCsv } from '#src/csv/decode.js';
import { readCsvHeader } from '#src/csv/header.js';
import { memoryFile } from './memory-file.ts';

/** The columns of rows whose text is told by {@link textOf}, and what stands behind their two texts. */
export const limitsHeader =
  'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10\n';
export const limitsTail = ',2021-12-01T00:00:00Z,100.0,2021-12-01T00:00:00,2021-12-01T00:00:00,110.0,90.0\n';

/** Decodes a part and writes it again, without its header: the same text, where it is spelled as it is written. */
export async function rewrite(text: string | Uint8Array, options: DecodeOptions): Promise<string> {
  const file = memoryFile(text);
  const encoder = await createCsvEncoder((await readCsvHeader(file)).schema);
  const pieces: Buffer[] = [];
  try {
    for await (const batch of decodeCsv(file, { ...options, onText: () => undefined })) {
      if (batch.rows === 0) throw new Error('a batch without rows');
      pieces.push(Buffer.from(encoder.encode(batch)));
    }
    return Buffer.concat(pieces).toString();
  } finally {
    encoder.release();
  }
}

/** A text of so many bytes (or few more) that no text of another seed is like; its bytes read as doubles near 100. */
export function textOf(bytes: number, seed: number): string {
  const start = `${seed}-`;
  return (start + '0YF@x;'.repeat(Math.ceil(bytes / 6))).slice(0, Math.max(bytes, start.length));
}
