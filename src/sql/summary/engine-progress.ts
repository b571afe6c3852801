import type { Progress } from '../../export/parts/run-parts.ts';
import type { SummarizeProgress } from '../../metrics/summarize-options.ts';
import type { QueryOptions } from '../engines/engine.ts';
import { guardProgress } from '../engines/guard-progress.ts';

/** Statements of a summary, as a rule. */
const usualStatements = 2;

/** Bytes and parts of a table. */
export interface Extent {
  readonly bytes: number;
  readonly parts: number;
}

/** The progress of a summary whose forecasts an engine reads: their bytes are those of a file that is read evenly by each statement. */
export class EngineProgress {
  readonly #engine: Extent;
  readonly #here: Extent;
  readonly #onProgress: ((progress: SummarizeProgress) => void) | undefined;
  #statements = 0;
  #bytes = 0;

  /** `engine` is what the engine reads, `here` what this machine does. */
  constructor(engine: Extent, here: Extent, onProgress: ((progress: SummarizeProgress) => void) | undefined) {
    this.#engine = engine;
    this.#here = here;
    this.#onProgress = onProgress;
  }

  /** The options of the next statement, as {@link guardProgress} has them. */
  statement(signal: AbortSignal | undefined): QueryOptions {
    const before = this.#statements++;
    if (this.#onProgress === undefined) return { signal };
    const onProgress: QueryOptions['onProgress'] = ({ done }) => this.#tell((before + (done ?? 0)) / usualStatements);
    return guardProgress({ signal, onProgress });
  }

  /** What was read in all, with what was read here so far. */
  join({ bytes, parts }: Pick<Progress, 'bytes' | 'parts'>): SummarizeProgress {
    return {
      phase: 'reading',
      bytes: this.#engine.bytes + bytes,
      totalBytes: this.#engine.bytes + this.#here.bytes,
      parts: this.#engine.parts + parts,
      totalParts: this.#engine.parts + this.#here.parts,
      groups: 0,
      totalGroups: 0,
    };
  }

  /** A second try does not begin from 0. */
  #tell(share: number): void {
    const bytes = Math.floor(this.#engine.bytes * Math.min(1, share));
    if (bytes <= this.#bytes) return;
    this.#bytes = bytes;
    this.#onProgress?.({ ...this.join({ bytes: 0, parts: 0 }), bytes, parts: 0 });
  }
}
