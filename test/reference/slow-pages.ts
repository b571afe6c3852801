import { ByteSink } from '#src/batch/byte-sink.js';
import { stateValue } from '#src/batch/columns/column-batch.js';
import { slowEncodeHybrid } from './slow-hybrid.ts';

/** The cells of a page: doubles, times or codes, and for all but texts their states. */
export interface PageCells {
  readonly values: ArrayLike<number>;
  readonly states?: ArrayLike<number>;
}

/** A page of doubles as they are. */
export function slowNumbersPage(cells: PageCells): Uint8Array {
  const sink = startPage(cells);
  for (const value of present(cells)) sink.append(new Uint8Array(Float64Array.of(value).buffer));
  return sink.view();
}

/** A page of times as integers of 64 bits. */
export function slowTimesPage(cells: PageCells): Uint8Array {
  const sink = startPage(cells);
  for (const time of present(cells)) sink.append(new Uint8Array(BigInt64Array.of(BigInt(time)).buffer));
  return sink.view();
}

/** A page of dictionary indices. */
export function slowCodesPage(cells: PageCells, width: number): Uint8Array {
  const sink = startPage(cells);
  const codes = present(cells);
  sink.appendByte(width);
  slowEncodeHybrid(codes, 0, codes.length, width, sink);
  return sink.view();
}

/** Texts one after another, each after its length. */
export function slowTextsPage(texts: readonly Uint8Array[]): Uint8Array {
  const sink = new ByteSink();
  for (const text of texts) {
    sink.appendLittle(text.length, 4);
    sink.append(text);
  }
  return sink.view();
}

/** Codes of values in order of appearance, and the values. */
export function slowCodes<Value>(values: readonly Value[]): { codes: number[]; distinct: Value[] } {
  const known = new Map<Value, number>();
  const codes = values.map((value) => {
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
  return { codes, distinct: [...known.keys()] };
}

function startPage({ states }: PageCells): ByteSink {
  const sink = new ByteSink();
  if (states === undefined) return sink;
  const levels = new ByteSink();
  const given = Array.from(states, (state) => (state === stateValue ? 1 : 0));
  slowEncodeHybrid(given, 0, given.length, 1, levels);
  sink.appendLittle(levels.length, 4);
  sink.append(levels.view());
  return sink;
}

function present({ values, states }: PageCells): number[] {
  return Array.from(values).filter((_, row) => states === undefined || states[row] === stateValue);
}
