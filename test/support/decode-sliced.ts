import type { DecodeOptions, PartNotes, PartSlice } from '#src/batch/decode-options.js';
import { toRows, type Row } from '#src/batch/forms/rows.js';
import { decodeCsv } from '#src/csv/decode.js';
import { BacktestExportError } from '#src/errors.js';
import { SliceChain, type NextRead } from '#src/export/parts/slice-chain.js';
import { memoryFile } from './memory-file.ts';

/** What was decoded, and how often a slice or the whole was read once more. */
export interface SlicedResult {
  readonly rows: Row[];
  readonly notes: PartNotes | undefined;
  readonly exact: number;
  readonly whole: number;
}

/** Decodes a text in slices that are cut at these bytes, read in any order, as `runParts` does; and whole where it does. */
export async function decodeSliced(
  bytes: Uint8Array,
  cuts: readonly number[],
  options: DecodeOptions = {},
  shuffle: (slices: number[]) => number[] = (slices) => slices,
): Promise<SlicedResult> {
  const edges = [0, ...cuts, bytes.length];
  const slices = edges.slice(1).map((to, index): PartSlice => ({ from: edges[index] ?? 0, to }));
  const chain = new SliceChain<Row[]>(slices);
  const counts = { exact: 0, whole: 0 };
  for (const first of shuffle(slices.map((_, number) => number))) {
    const slice = slices[first];
    let next: NextRead | undefined = slice && { number: first, slice };
    while (next !== undefined) {
      if (next === 'whole') {
        const { rows, notes } = await decode(bytes, options);
        return { rows, notes, ...counts, whole: 1 };
      }
      if (next.slice.exact === true) counts.exact++;
      next = await readSlice(chain, bytes, next, options);
    }
  }
  const joined = chain.join();
  if (joined === undefined) throw new Error('the slices are not complete');
  return { rows: joined.outputs.flat(), notes: joined.notes, ...counts };
}

async function readSlice(
  chain: SliceChain<Row[]>,
  bytes: Uint8Array,
  { number, slice }: Exclude<NextRead, 'whole'>,
  options: DecodeOptions,
): Promise<NextRead | undefined> {
  try {
    const { rows, notes } = await decode(bytes, { ...options, slice });
    return chain.accept(number, rows, notes);
  } catch (error) {
    if (!(error instanceof BacktestExportError)) throw error;
    return chain.fail(number);
  }
}

async function decode(bytes: Uint8Array, options: DecodeOptions): Promise<{ rows: Row[]; notes: PartNotes }> {
  const rows: Row[] = [];
  const batches = decodeCsv(memoryFile(bytes), options);
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { rows, notes: next.value };
    rows.push(...toRows(next.value));
  }
}
