import type { OwnedRows } from '../../batch/forms/owned-rows.ts';
import type { PartSlice, SliceSpan } from '../../batch/decode-options.ts';
import type { OwnedPart } from './owned-part-task.ts';
import type { PartSource } from '../parts/part-source.ts';
import { readOwnedRows, type OwnedReading } from './read-owned.ts';

/** With rounding errors of the sum. */
const allWork = 1 - 1e-9;

/**
 * The rows of one part from what was read of its slices, in order: those that reading the part from its start would give,
 * and its error after the same rows. As in `SliceChain`, each slice must begin where the one before ended; one whose guess
 * differs is read here, from there. A slice that cannot be read makes the part be read here from its start, without the rows
 * that were given; so do slices that together cause more work than a file may.
 */
export class RowsOfSlices {
  readonly #source: PartSource;
  readonly #reading: OwnedReading;
  #given = 0;
  #end: number | undefined;
  #work = 0;
  #whole = false;

  constructor(source: PartSource, reading: OwnedReading) {
    this.#source = source;
    this.#reading = reading;
  }

  /** What is right of a slice's rows, and what must be read for it; `slice` is undefined for the part as a whole. */
  async *give(slice: PartSlice | undefined, { rows, failed, span }: OwnedPart): AsyncGenerator<OwnedRows, void> {
    // a record of an earlier slice goes beyond this one
    if (this.#whole || (slice !== undefined && this.#end !== undefined && this.#end > slice.to)) return;
    const isRight = this.#end === undefined || (!failed && span?.start === this.#end);
    if (!isRight) {
      yield* this.read({ from: this.#end ?? 0, to: slice?.to ?? 0, exact: true });
      return;
    }
    for (const owned of rows) yield this.#count(owned);
    this.#note(span);
    if (failed || this.#work > allWork) yield* this.#readWhole();
  }

  /** A slice that is read here, and the whole part where that fails. */
  async *read(slice: PartSlice | undefined): AsyncGenerator<OwnedRows, void> {
    let failed = false;
    const onSpan = (span: SliceSpan | undefined): void => this.#note(span);
    try {
      for await (const owned of readOwnedRows({ ...this.#source, slice }, { ...this.#reading, onSpan })) {
        yield this.#count(owned);
      }
    } catch (error) {
      this.#reading.signal?.throwIfAborted();
      if (slice === undefined) throw error;
      failed = true;
    }
    if (failed || this.#work > allWork) yield* this.#readWhole();
  }

  /** Everything that was not given yet. */
  async *#readWhole(): AsyncGenerator<OwnedRows, void> {
    this.#whole = true;
    yield* readOwnedRows({ ...this.#source, slice: undefined }, { ...this.#reading, skippedRows: this.#given });
  }

  #count(owned: OwnedRows): OwnedRows {
    this.#given += owned.rows;
    return owned;
  }

  #note(span: SliceSpan | undefined): void {
    this.#end = span?.end;
    this.#work += span?.work ?? 0;
  }
}
