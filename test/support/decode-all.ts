import { toRows, type Row } from '#src/batch/forms/rows.js';
import { decodeCsv } from '#src/csv/decode.js';
import type { DecodeOptions, PartNotes } from '#src/batch/decode-options.js';
import { memoryFile } from './memory-file.ts';

/** Decodes a text whole: its rows and what else was met. */
export async function decodeAll(
  content: string | Uint8Array,
  options: DecodeOptions = {},
): Promise<{ rows: Row[]; notes: PartNotes }> {
  const rows: Row[] = [];
  const batches = decodeCsv(memoryFile(content), Object.freeze({ ...options }));
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { rows, notes: next.value };
    rows.push(...toRows(next.value));
  }
}
