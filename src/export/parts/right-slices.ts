import type { PartNotes, PartSlice } from '../../batch/decode-options.ts';

/** What was made of a slice, with its notes; `failed` if there was an error, which only reading the part whole tells rightly. */
export type SliceRead<Output extends { readonly notes: PartNotes }> = Output | 'failed';

/** How the slices of a part are had. */
export interface SliceReading<Output extends { readonly notes: PartNotes }> {
  /** What was made of the next slice. */
  readonly take: () => Promise<SliceRead<Output>>;
  /** Reads a slice here. */
  readonly read: (slice: PartSlice) => Promise<SliceRead<Output>>;
}

/** The slices of a part are not the part: it must be read whole. */
export class NotSliced extends Error {}

/** With rounding errors of the sum. */
const allWork = 1 - 1e-9;

/**
 * What was made of the slices of a part, in order: each begins where the one before ended, as in `SliceChain`. One whose guess
 * differs is read here, from there.
 * @throws {@link NotSliced} for a slice that fails, and for slices that together cause more work than a file may; what
 * `take` and `read` throw
 */
export async function* rightSlices<Output extends { readonly notes: PartNotes }>(
  slices: readonly PartSlice[],
  { take, read }: SliceReading<Output>,
): AsyncGenerator<Output, void, undefined> {
  let end: number | undefined;
  let work = 0;
  for (const { to } of slices) {
    let found = await take();
    // a record of an earlier slice goes beyond this one
    if (end !== undefined && end > to) continue;
    if (end !== undefined && (found === 'failed' || found.notes.slice?.start !== end)) {
      found = await read({ from: end, to, exact: true });
    }
    if (found === 'failed') throw new NotSliced();
    end = found.notes.slice?.end;
    work += found.notes.slice?.work ?? 0;
    if (work > allWork) throw new NotSliced();
    yield found;
  }
}
