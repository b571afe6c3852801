import { parseFrequency, stepOf, type Frequency } from '../../schema/frequency.ts';

/** The frequencies that are tried where none is known: those that Forecast had from the start, coarse ones first. */
export const triedFrequencies: readonly Frequency[] = 'Y M W D H 30min 15min 10min 5min 1min'
  .split(' ')
  .flatMap((text) => parseFrequency(text) ?? []);

/** How many steps a backtest window has by each of {@link triedFrequencies}; worked out once for each window. */
export class WindowLengths {
  readonly #known = new Map<number, Map<number, readonly number[]>>();

  /** 0 for a frequency that does not lead from the start to the end. */
  of(start: number, end: number): readonly number[] {
    let byEnd = this.#known.get(start);
    if (byEnd === undefined) this.#known.set(start, (byEnd = new Map()));
    let lengths = byEnd.get(end);
    if (lengths === undefined) {
      lengths = triedFrequencies.map((frequency) => stepOf(frequency, start, end) ?? 0);
      byEnd.set(end, lengths);
    }
    return lengths;
  }
}
