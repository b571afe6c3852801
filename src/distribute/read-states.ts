import { describeValue, readMember } from '../describe-value.ts';
import { BacktestExportError, type ErrorPosition } from '../errors.ts';
import type { LinePlace } from './map-options.ts';
import { readLine } from './read-line.ts';
import { sealState, stateKind, type StateLine } from './state-line.ts';
import type { StateRoll } from './state-roll.ts';
import { stateLineShape } from './state-shapes.ts';

/** A state as `map` printed it or JSON makes of it, alone or with the place that it is from, for messages. */
export type GivenState = StateLine | string | { readonly state: StateLine | string; readonly place: LinePlace };

/** A state that was checked and called by the roll. */
export interface PlacedState {
  readonly state: StateLine;
  readonly place: LinePlace;
}

/**
 * Reads states one after another, in any order, and calls the roll of each; no more than one is held.
 * @throws `STATE_INVALID`, `VERSION_UNSUPPORTED`; what the roll throws; `OPTION_INVALID` for what has no states
 */
export async function* readStates(
  what: string,
  states: AsyncIterable<GivenState> | Iterable<GivenState>,
  roll: StateRoll,
  signal: AbortSignal | undefined,
): AsyncGenerator<PlacedState, void, undefined> {
  assertIterable(what, states);
  const read = async (one: unknown): Promise<PlacedState> => {
    signal?.throwIfAborted();
    const place = placeOf(one);
    const state = await readState(readMember(one, 'state') ?? one, place);
    roll.take(state, place);
    return { state, place };
  };
  // a list by itself, since waiting for its members would look at what is no state
  if (Symbol.iterator in states) for (const one of states) yield await read(one);
  else for await (const one of states) yield await read(one);
}

/** @throws `OPTION_INVALID` */
function assertIterable(what: string, states: unknown): void {
  const isList = [Symbol.asyncIterator, Symbol.iterator].some((name) => typeof readMember(states, name) === 'function');
  if (isList && typeof states !== 'string') return;
  const problem = `${what}: expected states, one after another, found ${describeValue(states)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** Where a state is from, as far as the caller says. */
function placeOf(one: unknown): LinePlace {
  const given: unknown = readMember(one, 'place');
  const [file, line] = [readMember(given, 'file'), readMember(given, 'line')];
  return { ...(typeof file === 'string' ? { file } : {}), ...(typeof line === 'number' ? { line } : {}) };
}

/** A state that was made or kept elsewhere. @throws `STATE_INVALID`, `VERSION_UNSUPPORTED` */
export async function readState(given: unknown, position: ErrorPosition): Promise<StateLine> {
  const state = await readLine(given, { kind: stateKind, shape: stateLineShape, code: 'STATE_INVALID', position });
  if (sealState(state).check === state.check) return state;
  throw new BacktestExportError('STATE_INVALID', 'the state is damaged: its digest differs', { position });
}
