import { accessErrorCodes, BacktestExportError, serializeError, type ErrorPosition } from '../errors.ts';
import { given } from '../given.ts';
import { planGrouping } from '../metrics/forecast/grouping-plan.ts';
import { checkOptions } from '../options.ts';
import { checkedStates } from './check-planned.ts';
import { digestOfJson } from './digest.ts';
import { mapOptionsShape, type LinePlace, type MapOptions } from './map-options.ts';
import { openElsewhere, plannedSource } from './open-planned.ts';
import { packBuffers } from './pack-buffers.ts';
import { planKind, type PlanLine } from './plan-line.ts';
import { planLineShape } from './plan-shapes.ts';
import { gatherPlans, meant } from './plan-tables.ts';
import { readLine } from './read-line.ts';
import { toState, type StateContent } from './make-state.ts';
import { toStateNotes, type StateLine } from './state-line.ts';
import { sumPart, type SumPiece } from './sum-part.ts';

/**
 * Reads what one line of a plan says and gives its sums: as a rule one state, several of a part with very many groups, so that
 * memory is bounded (65 MB by window, up to 300 MB by item and step). One thread, at the speed of `summarize` on one. Where bad parts are left out, the states of a
 * part are held until it is read.
 * @throws `PLAN_INVALID`, `VERSION_UNSUPPORTED` for what is no line of a plan; `FILE_CHANGED` if the part is not the one
 * that was planned; what reading throws, unless bad parts are left out; `OPTION_INVALID`; the signal's reason
 */
export async function* mapPart(
  planned: PlanLine | string,
  options: MapOptions = {},
): AsyncGenerator<StateLine, void, undefined> {
  await checkOptions('mapPart', options, mapOptionsShape);
  const { place = {}, signal } = options;
  const line = await readPlanLine(planned, place);
  if (line.head.for === 'verify') {
    yield* checkedStates(line, place, options);
    return;
  }
  const mustHold = line.head.options.onBadPart === 'skip';
  // what was summed of a part that is left out after all does not count
  const held: StateLine[] = [];
  try {
    for await (const state of statesOf(line, place, options)) {
      if (mustHold) held.push(state);
      else yield state;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!mustHold || !isDamage(error)) throw error;
    held.splice(
      0,
      held.length,
      toState(line, { piece: 1, last: true, rowsWithoutWindow: 0, error: serializeError(error) }),
    );
  }
  yield* held;
}

/** A line of a plan that was read or made elsewhere. @throws `PLAN_INVALID`, `VERSION_UNSUPPORTED` */
export async function readPlanLine(planned: unknown, position: ErrorPosition): Promise<PlanLine> {
  const expected = { kind: planKind, shape: planLineShape, code: 'PLAN_INVALID', position } as const;
  const line = await readLine(planned, expected);
  const { check, ...rest } = line;
  const refuse = (problem: string): never => {
    throw new BacktestExportError('PLAN_INVALID', problem, { position });
  };
  if (digestOfJson(rest) !== check) refuse('the line is damaged: its digest differs');
  const { number, total } = line;
  if (number > total) refuse(`expected a number up to ${total}, found ${number}`);
  return line;
}

async function* statesOf(line: PlanLine, place: LinePlace, options: MapOptions): AsyncGenerator<StateLine> {
  const { source, gather } = meant('PLAN_INVALID', place, () => {
    const plans = line.head.for === 'summarize' ? gatherPlans(line.head) : [];
    const found = plans.find(({ table }) => table === line.table);
    if (found?.table === 'forecasted-values') planGrouping(found.options);
    return { source: plannedSource(line, options), gather: found };
  });
  if (gather === undefined) return;
  const file = (await openElsewhere(line, options))?.file;
  try {
    let piece = 0;
    const how = { file, signal: options.signal, onBytes: options.onBytes };
    for await (const sums of sumPart(source, gather, how)) yield toState(line, describe(sums, ++piece));
  } finally {
    await file?.close();
  }
}

function describe({ buffers, rowsWithoutWindow, notes, last }: SumPiece, piece: number): StateContent {
  const sums = packBuffers(buffers);
  return { piece, last, rowsWithoutWindow, sums, ...given({ notes: notes && toStateNotes(notes) }) };
}

/** Whether an error says that the part is bad, and not that it cannot be had from here. */
function isDamage(error: unknown): error is BacktestExportError {
  if (!(error instanceof BacktestExportError)) return false;
  const { code } = error;
  return !accessErrorCodes.has(code) && code !== 'PLAN_INVALID' && code !== 'TOO_MANY_GROUPS';
}
