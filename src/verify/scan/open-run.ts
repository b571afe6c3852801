import { run as layout } from '../records/record-fields.ts';
import type { RecordSink } from '../records/record-sink.ts';

/** The run of rows that is being read: a record (see `records/record-fields.ts`) until it is written. */
export class OpenRun {
  isOpen = false;
  /** The hash of series and item, the start of a record. */
  readonly key: Uint32Array = new Uint32Array(6);
  start: number = Number.NaN;
  end: number = Number.NaN;
  record = 0;
  count = 0;
  /** The step of the window that should come next. */
  nextStep = 0;
  /** The first missing step between two rows, from 1; 0 where none is missing. */
  gap = 0;
  first: number = Number.NaN;
  last: number = Number.NaN;
  content0 = 0;
  content1 = 0;
  odd = false;
  absoluteActuals = 0;
  absoluteErrors = 0;
  squaredErrors = 0;
  errorShares = 0;
  readonly losses: Float64Array;
  readonly taus: readonly number[];
  readonly #file: number;
  readonly #seed: Uint32Array;

  /** `seed` is that of the content's hash, the same for all parts. */
  constructor(file: number, taus: readonly number[], seed: Uint32Array) {
    this.#file = file;
    this.#seed = seed;
    this.taus = taus;
    this.losses = new Float64Array(taus.length);
  }

  /** Whether rows of this series and window may belong to it. */
  continues(key: Uint32Array, start: number, end: number): boolean {
    if (!this.isOpen || this.start !== start || this.end !== end) return false;
    for (let word = 0; word < 4; word++) if (this.key[word] !== key[word]) return false;
    return true;
  }

  /** Begins a run with the row of this record and time; its numbers are added afterwards. */
  open(key: Uint32Array, start: number, end: number, record: number, time: number): void {
    this.key.set(key);
    this.isOpen = true;
    this.start = start;
    this.end = end;
    this.record = record;
    this.first = time;
    this.last = time;
    this.count = 0;
    this.nextStep = 0;
    this.gap = 0;
    this.content0 = this.#seed[0] ?? 0;
    this.content1 = this.#seed[1] ?? 0;
    this.odd = false;
    this.absoluteActuals = 0;
    this.absoluteErrors = 0;
    this.squaredErrors = 0;
    this.errorShares = 0;
    this.losses.fill(0);
  }

  close(): void {
    this.isOpen = false;
  }

  write(sink: RecordSink): void {
    const at = sink.begin(this.key, this.start, this.end, this.#file, this.record);
    const { doubles, words } = sink;
    words[2 * at + layout.countWord] = this.count;
    doubles[at + layout.first] = this.first;
    doubles[at + layout.last] = this.last;
    words[2 * at + layout.contentWord] = this.content0;
    words[2 * at + layout.contentWord + 1] = this.content1;
    words[2 * at + layout.stateWord] = 2 * this.gap + Number(this.odd);
    doubles[at + layout.absoluteActuals] = this.absoluteActuals;
    doubles[at + layout.absoluteErrors] = this.absoluteErrors;
    doubles[at + layout.squaredErrors] = this.squaredErrors;
    doubles[at + layout.errorShares] = this.errorShares;
    doubles.set(this.losses, at + layout.losses);
  }
}
