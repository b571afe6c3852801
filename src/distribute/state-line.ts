import type { PartNotes } from '../batch/decode-options.ts';
import type { SerializedError } from '../errors.ts';
import type { CheckedPart } from '../verify/scan/check-part.ts';
import { digestOfJson } from './digest.ts';
import type { PlanLine } from './plan-line.ts';

/** What states are. */
export const stateKind = 'backtest-export state';

/** What reading a part whole noted, as JSON has it. */
export interface StateNotes extends Omit<PartNotes, 'file' | 'schema' | 'timeSpellings' | 'slice'> {
  readonly timeSpellings: readonly (readonly [column: string, bits: number])[];
}

/** Buffers, packed. */
export interface PackedBuffers {
  /** Bytes of each. */
  readonly lengths: readonly number[];
  /** A digest of them one after another. */
  readonly digest: string;
  /** All of them, one after another, as gzip in base64. */
  readonly gzip: string;
}

/** What was found in a part for `verify`, besides the records of its keys. */
export type StateChecked = Pick<CheckedPart, 'rows' | 'digest' | 'windows' | 'definedWindows' | 'found'>;

/**
 * One line that `map` gives for a line of a plan: the sums of some of the part's rows. A part of very many groups gives
 * several. Plain data, ready for JSON.
 */
export interface StateLine extends Pick<
  PlanLine,
  'format' | 'plan' | 'number' | 'total' | 'head' | 'warnings' | 'table'
> {
  readonly kind: typeof stateKind;
  /** A digest of what was read. */
  readonly unit: string;
  /** The part. */
  readonly file: string;
  /** From 1, among the states of the part. */
  readonly piece: number;
  /** Whether it is the last of them. */
  readonly last: boolean;
  readonly rowsWithoutWindow: number;
  /** Absent where the part was left out. */
  readonly sums?: PackedBuffers;
  /** For `verify`, the partition of keys of each buffer of `sums`. */
  readonly partitions?: readonly number[];
  /** For `verify`, in the last state of a part that was read. */
  readonly checked?: StateChecked;
  /** Why the part was left out, where bad parts are; then what other pieces hold does not count. */
  readonly error?: SerializedError;
  /** In the last state of a part that was read. */
  readonly notes?: StateNotes;
  /** A digest of the rest of the line but for `gzip`. */
  readonly check: string;
}

/** The mirror of {@link StateNotes}. */
export function toStateNotes(notes: PartNotes): StateNotes {
  const { file: _file, schema: _schema, slice: _slice, timeSpellings, ...rest } = notes;
  return { ...rest, timeSpellings: [...timeSpellings] };
}

/** A state with the digest that it should have: `gzip` has one of its own, over what it unpacks to. */
export function sealState(state: Omit<StateLine, 'check'>): StateLine {
  const sums = state.sums && { ...state.sums, gzip: undefined };
  return { ...state, check: digestOfJson({ ...state, sums, check: undefined }) };
}
