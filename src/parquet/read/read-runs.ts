import { endOfPackedRun } from '../values/page-padding.ts';
import type { PagePlace } from '../values/page-place.ts';
import { map } from './kernel/map.generated.ts';
import type { PageMemory } from './page-memory.ts';

/** Integers of a hybrid in a kernel's memory. */
export interface RunsAt {
  /** Addresses of the first byte, and after the last. */
  readonly at: number;
  readonly end: number;
  readonly width: number;
  readonly count: number;
}

/**
 * Decodes `count` indices into a dictionary of `size` entries to `memory.values`: as codes, or with `look: 'up'` the doubles
 * at `memory.entries`. Only the last group of packed integers may have more than is wanted: they fill it up to eight.
 * Returns the address after the last run; `judgeEnd` is called with it before indices are.
 *
 * @throws `PARQUET_PAGE_INVALID` when the bytes end before, a run is empty or longer than the values that are left, or
 * repeats what has more than `width` bits, and for an index that is no entry.
 */
export function readIndexRuns(
  memory: PageMemory,
  { at, end, width, count }: RunsAt,
  size: number,
  look: 'up' | 'none',
  place: PagePlace,
  judgeEnd: (end: number) => void = () => undefined,
): number {
  const { values, entries } = memory;
  const answer = memory.run((kernel) =>
    look === 'up'
      ? kernel.decodeEntries(at, end, width, count, size, values, entries)
      : kernel.decodeIndices(at, end, width, count, size, values),
  );
  if (answer !== map.DONE && answer !== map.BAD_ENTRY)
    throw runProblem(memory, answer, indexWords, width, count, place);
  const stopped = memory.found(map.POSITION);
  judgeEnd(stopped);
  if (answer === map.DONE) return stopped;
  const [index, value] = [memory.found(map.COUNT), memory.foundValue()];
  throw place.refuse(`value ${index + 1} is entry ${value} of a dictionary of ${size}`);
}

/**
 * Decodes the definition levels of `count` rows of a flat column, the hybrid of width 1, to `memory.flags`: 1 where there
 * is a value, 0 where null. Returns how many have one; where all do, which is nearly always one run, no flag need have been
 * written.
 *
 * @throws `PARQUET_PAGE_INVALID` as {@link readIndexRuns} does, and for bytes after the last run, except for one surplus
 * packed run
 */
export function readLevelRuns(memory: PageMemory, at: number, end: number, count: number, place: PagePlace): number {
  const answer = memory.run((kernel) => kernel.decodeLevels(at, end, count, memory.flags));
  if (answer !== map.DONE) throw runProblem(memory, answer, levelWords, 1, count, place);
  const stopped = memory.found(map.POSITION);
  if (stopped < end && endOfPackedRun(memory.u8.subarray(0, end), stopped, 1) !== end) {
    throw place.refuse(`the levels have ${end - stopped} bytes after those of ${count} rows`);
  }
  return memory.found(map.PRESENT);
}

interface RunWords {
  readonly runs: string;
  readonly ends: string;
  readonly values: string;
  readonly units: string;
  readonly wide: (width: number) => string;
}

const indexWords: RunWords = {
  runs: 'the page has',
  ends: 'the page ends',
  values: 'values',
  units: 'values',
  wide: (width) => `integers of ${width} bits`,
};

const levelWords: RunWords = {
  runs: 'the levels have',
  ends: 'the levels end',
  values: 'levels',
  units: 'rows',
  wide: () => 'levels of 0 and 1',
};

/** What is wrong with the runs, by the kernel's answer. */
function runProblem(
  memory: PageMemory,
  answer: number,
  words: RunWords,
  width: number,
  count: number,
  place: PagePlace,
): Error {
  const done = memory.found(map.COUNT);
  const value = memory.foundValue();
  switch (answer) {
    case map.EMPTY_RUN:
      return place.refuse(`${words.runs} an empty run`);
    case map.WIDE_RUN:
      return place.refuse(`expected ${words.wide(width)}, found a run of ${value}`);
    case map.LONG_RUN:
      return place.refuse(`a run has ${value} ${words.values}, but only ${count - done} are left`);
    default:
      return place.refuse(`${words.ends} after ${done} of ${count} ${words.units}`);
  }
}
