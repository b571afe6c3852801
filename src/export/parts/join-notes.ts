import { mostHeaderRecords, type PartNotes } from '../../batch/decode-options.ts';
import { joinSpellings } from '../../schema/time-text.ts';

/** The notes on a part from those on its slices, in order: what reading it whole would note. Undefined without slices. */
export function joinNotes(slices: readonly PartNotes[]): PartNotes | undefined {
  const [first] = slices;
  if (first === undefined) return undefined;
  const { slice: _, headerRecords: __, pages: ___, ...rest } = first;
  const sum = (of: (notes: PartNotes) => number): number => slices.reduce((total, notes) => total + of(notes), 0);
  const headers = joinHeaderRecords(slices);
  const pages = {
    pages: sum((notes) => notes.pages?.pages ?? 0),
    unchecked: sum((notes) => notes.pages?.unchecked ?? 0),
  };
  return {
    ...rest,
    records: sum(({ records }) => records),
    blankLines: sum(({ blankLines }) => blankLines),
    repeatedHeaders: sum(({ repeatedHeaders }) => repeatedHeaders),
    ...(headers.length === 0 ? {} : { headerRecords: headers }),
    unterminatedLastRow: slices.some(({ unterminatedLastRow }) => unterminatedLastRow),
    lineEnds: slices.map(({ lineEnds }) => lineEnds).reduce(joinLineEnds),
    timeSpellings: joinTimeSpellings(slices),
    ...(first.pages === undefined ? {} : { pages }),
  };
}

/** Each slice counts records from its own beginning. */
function joinHeaderRecords(slices: readonly PartNotes[]): number[] {
  const all: number[] = [];
  let before = 0;
  for (const { headerRecords = [], records } of slices) {
    for (const record of headerRecords) all.push(before + record);
    before += records;
  }
  return all.slice(0, mostHeaderRecords);
}

function joinLineEnds(some: PartNotes['lineEnds'], others: PartNotes['lineEnds']): PartNotes['lineEnds'] {
  if (some === 'none' || some === others) return others;
  return others === 'none' ? some : 'mixed';
}

function joinTimeSpellings(slices: readonly PartNotes[]): Map<string, number> {
  const joined = new Map<string, number>();
  for (const { timeSpellings } of slices) {
    for (const [name, bits] of timeSpellings) joined.set(name, joinSpellings(joined.get(name) ?? 0, bits));
  }
  return joined;
}
