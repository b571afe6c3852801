import type { TableSchema } from '../../schema/schema.ts';
import type { FindingBook } from '../base/finding-book.ts';
import type { RecordSink } from '../records/record-sink.ts';
import type { TextHasher } from '../../batch/hash/text-hash.ts';
import type { WindowSteps } from '../base/window-steps.ts';

/** What a checker needs besides its rows. */
export interface CheckerContext {
  readonly schema: TableSchema;
  readonly hasher: TextHasher;
  /** Of all hashes. */
  readonly seed: Uint32Array;
  readonly steps: WindowSteps;
  readonly book: FindingBook;
  readonly sink: RecordSink;
  /** Number of the part. */
  readonly file: number;
}
