import { stateNotDefined, stateNull, stateValue, type TextDictionary } from '../../batch/columns/column-batch.ts';
import { BacktestExportError, quoteText, type ErrorCode } from '../../errors.ts';
import { notDefined, parseNumberText } from '../../schema/number-text.ts';
import type { ColumnSchema } from '../../schema/schema.ts';
import { joinSpellings, parseTimeText } from '../../schema/time-text.ts';
import type { ChunkValues } from '../values/chunk-plan.ts';
import type { ReusedArrays } from '../values/reused-arrays.ts';

/** One column of one row group, whole. */
export type GroupColumn =
  | { readonly kind: 'text'; readonly codes: Int32Array; readonly dictionary: TextDictionary }
  | {
      readonly kind: 'number' | 'time';
      readonly values: Float64Array;
      /** Undefined where each row has a value. */
      readonly states: Uint8Array | undefined;
      /** Of a time column the bits of the spellings found in text. */
      readonly spellings: number;
    };

/** What is known of a column beyond its values. */
export interface ColumnContext {
  readonly column: ColumnSchema;
  /** Whether a null means the text `not defined`. */
  readonly nullIsNotDefined: boolean;
  /** Bits of `timeSpellings` from the file's notes. */
  readonly spellings: number;
  readonly file: string;
  readonly rowGroup: number;
  /** Rows of the row groups before. */
  readonly recordsBefore: number;
  /** Where states and values that are read from text are put. */
  readonly arrays: ReusedArrays;
}

type TextValues = Extract<ChunkValues, { kind: 'text' }>;
type PlainValues = Exclude<ChunkValues, { kind: 'text' }>;

/**
 * Gives the values of a chunk the meaning of their column: text as it is, numbers and times that are stored as text parsed,
 * nulls as empty cells or `not defined`. Text is read once for each entry of the dictionary.
 *
 * @throws `VALUE_MISSING` for a null item id or `backtest_window`; `NUMBER_INVALID`, `NUMBER_OVERFLOW`, `TIME_INVALID`.
 */
export function toGroupColumn(values: ChunkValues, context: ColumnContext): GroupColumn {
  const { kind } = context.column;
  if (values.kind !== 'text') return plainColumn(values, context, kind === 'time' ? 'time' : 'number');
  if (kind === 'text') return textColumn(values, context);
  return parsedColumn(values, context, kind);
}

function plainColumn(chunk: PlainValues, context: ColumnContext, kind: 'number' | 'time'): GroupColumn {
  const { values, nulls } = chunk;
  const spellings = kind === 'time' ? context.spellings : 0;
  if (nulls === undefined) return { kind, values, states: undefined, spellings };
  if (context.nullIsNotDefined) {
    for (let row = 0; row < nulls.length; row++) if (nulls[row] !== 0) nulls[row] = stateNotDefined;
  }
  return { kind, values, states: nulls, spellings };
}

/** An empty dimension and a null one are the same, as they are in CSV; an item or a window must have a name. */
function textColumn({ codes, dictionary, hasNulls }: TextValues, context: ColumnContext): GroupColumn {
  if (!hasNulls) return { kind: 'text', codes, dictionary };
  const firstNull = codes.indexOf(-1);
  const { role } = context.column;
  if (role === 'item' || role === 'backtestWindow') {
    throw refuse(context, firstNull, 'VALUE_MISSING', 'expected text, found null');
  }
  const { size, offsets, bytes } = dictionary;
  const extended = new Uint32Array(size + 2);
  extended.set(offsets.subarray(0, size + 1));
  extended[size + 1] = offsets[size] ?? 0;
  for (let row = 0; row < codes.length; row++) if (codes[row] === -1) codes[row] = size;
  return { kind: 'text', codes, dictionary: { size: size + 1, offsets: extended, bytes } };
}

/** Each entry of the dictionary is read once, into arrays: there may be as many as rows. */
function parsedColumn(chunk: TextValues, context: ColumnContext, kind: 'number' | 'time'): GroupColumn {
  const { dictionary, codes } = chunk;
  const read = (code: number): Entry => {
    const start = dictionary.offsets[code] ?? 0;
    const text = decoder.decode(dictionary.bytes.subarray(start, dictionary.offsets[code + 1] ?? start));
    return kind === 'time' ? parseTimeEntry(text) : parseNumberEntry(text, context.column);
  };
  const entries = {
    values: new Float64Array(dictionary.size),
    states: new Uint8Array(dictionary.size),
    spellings: new Uint32Array(dictionary.size),
  };
  for (let code = 0; code < dictionary.size; code++) {
    const entry = read(code);
    entries.states[code] = 'code' in entry ? unreadable : entry.state;
    if ('code' in entry) continue;
    entries.values[code] = entry.value;
    entries.spellings[code] = entry.spelling;
  }
  const values = context.arrays.doubles(codes.length);
  const states = context.arrays.states(codes.length);
  const ofNull = context.nullIsNotDefined ? stateNotDefined : stateNull;
  let spellings = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    const state = code < 0 ? stateNull : (entries.states[code] ?? stateNull);
    if (state === unreadable) {
      const entry = read(code);
      if ('code' in entry) throw refuse(context, row, entry.code, entry.problem);
    }
    values[row] = code < 0 ? Number.NaN : (entries.values[code] ?? Number.NaN);
    states[row] = state === stateNull ? ofNull : state;
    spellings = joinSpellings(spellings, code < 0 ? 0 : (entries.spellings[code] ?? 0));
  }
  return { kind, values, states, spellings };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** A state for a dictionary entry that cannot be read: an error only where a row uses it. */
const unreadable = 255;

/** One distinct text, read; or what is wrong with it. */
type Entry =
  | { readonly value: number; readonly state: number; readonly spelling: number }
  | { readonly code: ErrorCode; readonly problem: string };

const missing: Entry = { value: Number.NaN, state: stateNull, spelling: 0 };

function parseTimeEntry(text: string): Entry {
  if (text === '') return missing;
  const time = parseTimeText(text);
  if (time !== undefined) return { value: time.milliseconds, state: stateValue, spelling: time.spelling };
  return { code: 'TIME_INVALID', problem: `expected a time such as 2017-06-19T00:00:00, found ${quoteText(text)}` };
}

function parseNumberEntry(text: string, column: ColumnSchema): Entry {
  if (text === '') return missing;
  if (column.allowsNotDefined && text === notDefined) return { value: Number.NaN, state: stateNotDefined, spelling: 0 };
  const value = parseNumberText(text);
  if (typeof value === 'number') return { value, state: stateValue, spelling: 0 };
  if (value === 'overflow') {
    return { code: 'NUMBER_OVERFLOW', problem: `${quoteText(text)} is out of range for a double` };
  }
  return { code: 'NUMBER_INVALID', problem: `expected a number, found ${quoteText(text)}` };
}

function refuse(context: ColumnContext, row: number, code: ErrorCode, problem: string): BacktestExportError {
  const { file, rowGroup, recordsBefore, column } = context;
  const position = { file, record: recordsBefore + row + 1, rowGroup, column: column.name };
  return new BacktestExportError(code, problem, { position });
}
