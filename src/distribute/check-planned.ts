import { given } from '../given.ts';
import type { RecordPiece } from '../verify/records/record-sink.ts';
import type { LinePlace, MapOptions } from './map-options.ts';
import { toState } from './make-state.ts';
import { openElsewhere, plannedSource } from './open-planned.ts';
import { packBuffers } from './pack-buffers.ts';
import type { PlanLine } from './plan-line.ts';
import { meant } from './plan-tables.ts';
import { toStateNotes, type StateLine } from './state-line.ts';

type HeldPiece = Extract<RecordPiece, { readonly bytes: ArrayBuffer }>;

/** Bytes of records in a state, after which another one begins. */
const mostRecords = 16 * 1024 * 1024;

/**
 * Checks a part for `verify` and gives what was found, with the records of its keys: about 136 bytes for each window of a time
 * series, in one state or several. Memory: those records.
 * @throws what keeps the part from being read; what cannot be decoded is a state
 */
export async function* checkedStates(
  line: PlanLine,
  place: LinePlace,
  options: MapOptions,
): AsyncGenerator<StateLine, void, undefined> {
  const { head, index = 0 } = line;
  if (head.for !== 'verify') return;
  const planned = meant('PLAN_INVALID', place, () => plannedSource(line, options));
  const elsewhere = await openElsewhere(line, options);
  await elsewhere?.file.close();
  const source = elsewhere === undefined ? planned : { ...planned, storage: elsewhere.storage, part: elsewhere.part };
  const { seed, partitions, frequency, maxPlaces } = head;
  const input = {
    source,
    file: index,
    seed: Uint32Array.from(seed),
    partitions,
    spill: undefined,
    frequency,
    maxPlaces,
  };
  const { signal = new AbortController().signal, onBytes = () => undefined } = options;
  // not needed where a plan is for `summarize`
  const { checkPartTask } = await import('../verify/tasks.ts');
  const { output } = await checkPartTask.run(input, { signal, onBytes });
  if (output.kind === 'failed') {
    yield toState(line, { piece: 1, last: true, rowsWithoutWindow: 0, error: output.error });
    return;
  }
  const { records, notes, rows, digest, windows, definedWindows, found } = output;
  const held = records.filter((piece): piece is HeldPiece => 'bytes' in piece);
  const groups = groupsOf(held);
  for (const [number, pieces] of groups.entries()) {
    const last = number === groups.length - 1;
    const checked = last ? { rows, digest, windows, definedWindows, found } : undefined;
    yield toState(line, {
      piece: number + 1,
      last,
      rowsWithoutWindow: 0,
      partitions: pieces.map(({ partition }) => partition),
      sums: packBuffers(pieces.map(({ bytes }) => bytes)),
      ...given({ checked, notes: last && notes !== undefined ? toStateNotes(notes) : undefined }),
    });
  }
}

/** Pieces of records that go into one state; at least one, which may be empty. */
function groupsOf(pieces: readonly HeldPiece[]): HeldPiece[][] {
  const groups: HeldPiece[][] = [[]];
  let bytes = 0;
  for (const piece of pieces) {
    if (bytes > mostRecords) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(piece);
    bytes += piece.bytes.byteLength;
  }
  return groups;
}
