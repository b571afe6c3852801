import { transferOf, type OwnedRows } from '../../batch/forms/owned-rows.ts';
import { given } from '../../given.ts';
import { collectEarly } from '../../parallel/collect-early.ts';
import { runTasks } from '../../parallel/run-tasks.ts';
import { sharedIntegers } from '../../parallel/shared-integers.ts';
import { threadsThatPay } from '../../parallel/threads-that-pay.ts';
import { Shelf } from '../../parallel/shelf.ts';
import { estimateWork } from '../parts/estimate-work.ts';
import type { OwnedPart } from './owned-part-task.ts';
import { ownedPartsTask, type OwnedParts, type OwnedPartsInput } from './owned-parts-task.ts';
import type { PartSource } from '../parts/part-source.ts';
import { toUnits, type OwnedTableReading, type OwnedUnit } from './read-owned-table.ts';
import { readOwnedRows } from './read-owned.ts';
import { canMove, handOverSource } from '../parts/run-parts.ts';

/**
 * Decodes the parts of a table as rows that the caller owns, all at once: as `readOwnedTable` does, but no thread waits
 * for a consumer or for this one, which decodes too. Neither the rows nor an error depends on threads and slices.
 * @throws as `readOwnedRows`
 */
export async function gatherTable(
  sources: readonly PartSource[],
  { threads: most, sliceBytes, ...reading }: OwnedTableReading,
): Promise<OwnedRows[]> {
  const work = estimateWork(sources);
  const threads = sources.every(canMove) ? threadsThatPay(ownedPartsTask, given({ threads: most, work })) : 1;
  const units = threads === 1 ? [] : sources.flatMap((source) => toUnits(source, reading, sliceBytes));
  if (units.length < 2) return readHere(sources, reading);
  const parts = await readThere(units, reading, threads);
  const all: OwnedRows[] = [];
  for (const [index, { part, slice }] of units.entries()) {
    for await (const rows of part.give(slice, parts[index] ?? unread)) all.push(rows);
  }
  return all;
}

type Reading = Omit<OwnedTableReading, 'threads' | 'sliceBytes'>;

/** What no thread has read, since an error before it ended the work, is read where the rows are joined. */
const unread: OwnedPart = { rows: [], failed: true };

async function readHere(sources: readonly PartSource[], reading: Reading): Promise<OwnedRows[]> {
  const shelf = new Shelf<OwnedRows>();
  collectEarly(); // on several threads, it would be at the expense of this one
  try {
    for (const source of sources) {
      for await (const rows of readOwnedRows(source, reading)) shelf.put(rows, transferOf(rows));
    }
    return shelf.takeAll();
  } finally {
    shelf.close();
  }
}

/** What was read of each unit, on as many threads as there are. */
async function readThere(
  units: readonly OwnedUnit[],
  { columns, batchRows, signal }: Reading,
  threads: number,
): Promise<OwnedPart[]> {
  const sources = units.map(({ source, slice }) => handOverSource({ ...source, slice }));
  const shared = sharedIntegers(1);
  const inputs = Array.from({ length: threads }, (_, first): OwnedPartsInput => {
    const all = { sources, columns, batchRows };
    return shared === undefined
      ? { ...all, taken: new Int32Array(1), first, step: threads }
      : { ...all, taken: shared };
  });
  const shelf = new Shelf<OwnedParts>();
  const keep = (read: OwnedParts): void => {
    shelf.put(
      read,
      read.flatMap(({ part }) => part.rows.flatMap(transferOf)),
    );
  };
  try {
    await runTasks(ownedPartsTask, inputs, { ...given({ threads, signal }), onPartial: keep, onResult: keep });
    const parts: OwnedPart[] = [];
    for (const { at, part } of shelf.takeAll().flat()) parts[at] = part;
    return parts;
  } finally {
    shelf.close();
  }
}
