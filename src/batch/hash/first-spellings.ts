import { oneSpelling } from '../../schema/time-text.ts';
import type { ColumnBatch } from '../columns/column-batch.ts';

/**
 * The spelling of each time column as its first times have it. A column that goes on in another way cannot be written
 * back as it was; with one spelling for all of it, that is at least the same wherever it is written.
 */
export class FirstSpellings {
  /** By column bits of `timeSpellings`; a column without any time so far, or without a known spelling, is not in it. */
  readonly map: Map<string, number> = new Map();

  /** Looks at a batch before anything else is done with it. */
  look(batch: ColumnBatch): void {
    for (const [name, column] of batch.columns) {
      if (column.kind !== 'time' || column.spellings === 0 || this.map.has(name)) continue;
      this.map.set(name, oneSpelling(column.spellings));
    }
  }
}
