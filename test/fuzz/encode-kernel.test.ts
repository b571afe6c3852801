import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { describe, expect, it } from 'vitest';
import { stateNotDefined, stateNull, stateValue } from '#src/batch/columns/column-batch.js';
import { map } from '#src/parquet/write/kernel/map.generated.js';
import { slowBounds, slowSorted } from '../reference/slow-bounds.ts';
import { slowPackSnappy } from '../reference/slow-pack-snappy.ts';
import { slowCodes, slowCodesPage, slowNumbersPage, slowTextsPage, slowTimesPage } from '../reference/slow-pages.ts';
import { GuardedKernel } from '../support/encode-kernel.ts';
import { randomDouble, seededRandom } from '../support/random.ts';

// `npm test` runs a second or two of this; FUZZ_SECONDS and FUZZ_SEED make it longer and other (see .ci/run).
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 4);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

const kernel = new GuardedKernel();

/** How many of them share the time. */
const cases = 8;

/** Runs a case for at least as many seeds, in a clean memory. */
function fuzz(title: string, seeds: number, run: (random: () => number, seed: number) => void): void {
  const test = (): void => {
    const end = performance.now() + (seconds / cases) * 1000;
    for (let seed = firstSeed; seed < firstSeed + seeds || performance.now() < end; seed++) {
      kernel.reset();
      run(seededRandom(seed), seed);
    }
  };
  it(`${title} (at least ${seeds} seeds from ${firstSeed})`, test, (seconds + 60) * 1000);
}

const whole = (random: () => number, most: number): number => Math.floor(random() * most);

/** Few rows or some hundreds, around multiples of eight and sixteen. */
function randomRows(random: () => number): number {
  return random() < 0.5 ? whole(random, 40) : whole(random, 20) * 16 + whole(random, 3);
}

function randomStates(random: () => number, rows: number): Uint8Array {
  const share = random() < 0.4 ? 0 : random() < 0.2 ? 1 : random() ** 2;
  const run = random() < 0.5 ? 1 : 30;
  let state: number = stateValue;
  return Uint8Array.from({ length: rows }, () => {
    if (random() * run < 1) state = random() >= share ? stateValue : random() < 0.5 ? stateNull : stateNotDefined;
    return state;
  });
}

/** Integers in runs, steps and noise. */
function randomCodes(random: () => number, rows: number, most: number): Uint32Array {
  const kind = whole(random, 3);
  let value = 0;
  return Uint32Array.from({ length: rows }, (_, row) => {
    if (kind === 0) return row % most;
    if (kind === 1 || random() < 0.06) value = whole(random, most);
    return value;
  });
}

/** Bytes as pages have them: repeats, near and far, and noise. */
function randomPage(random: () => number): Uint8Array {
  const bytes: number[] = [];
  const wanted = random() < 0.1 ? whole(random, 20_000) : whole(random, 1500);
  const values = random() < 0.3 ? 3 : 256;
  while (bytes.length < wanted) {
    const length = random() < 0.05 ? whole(random, 300) : 1 + whole(random, 90);
    const back = 1 + whole(random, Math.min(bytes.length, random() < 0.3 ? 4 : 4000));
    const copied = back <= bytes.length && random() < 0.6;
    for (let index = 0; index < length; index++) {
      bytes.push(copied ? bytes[bytes.length - back]! : whole(random, values));
    }
  }
  return Uint8Array.from(bytes.slice(0, wanted));
}

describe('the kernel that encodes Parquet does as its slow references do, and leaves none of its regions', () => {
  fuzz('Snappy, byte for byte as hyparquet-writer', 200, (random, seed) => {
    const page = randomPage(random);
    const input = kernel.read(page);
    const expected = [...slowPackSnappy(page)];
    const out = kernel.write(expected.length);
    const found = kernel.copy(out, kernel.call('packSnappy', input, page.length, out));
    expect([seed, found]).toEqual([seed, expected]);
    if (seed % 4 === 0) expect([seed, found]).toEqual([seed, [...snappyCompress(page)]]);
  });

  fuzz('cells without a value are counted', 200, (random, seed) => {
    const states = randomStates(random, randomRows(random));
    const nulls = kernel.call('countNulls', kernel.read(states), states.length);
    const count = (state: number): number => states.filter((found) => found === state).length;
    expect([seed, nulls, kernel.view.getUint32(map.NOT_DEFINED, true)]).toEqual([
      seed,
      count(stateNull) + count(stateNotDefined),
      count(stateNotDefined),
    ]);
  });

  fuzz('pages of numbers and times', 200, (random, seed) => {
    const rows = randomRows(random);
    const from = whole(random, rows + 1);
    const states = randomStates(random, rows);
    const isTime = random() < 0.5;
    const values = Float64Array.from({ length: rows }, () =>
      isTime ? whole(random, 2 ** 53) * (random() < 0.5 ? -1 : 1) : randomDouble(random),
    );
    const column = kernel.describe({ [map.VALUES]: kernel.read(values), [map.STATES]: kernel.read(states) });
    const cells = { values: values.subarray(from), states: states.subarray(from) };
    const expected = [...(isTime ? slowTimesPage(cells) : slowNumbersPage(cells))];
    const scratch = kernel.write(4 * rows);
    const out = kernel.write(expected.length);
    const nulls = states.some((state) => state !== stateValue);
    const end = isTime
      ? kernel.call('encodeTimes', column, from, rows, nulls, scratch, out)
      : kernel.call('encodeNumbers', column, from, rows, scratch, out);
    expect([seed, kernel.copy(out, end)]).toEqual([seed, expected]);
  });

  fuzz('pages of numbers none of which is missing, where they are', 200, (random, seed) => {
    const rows = randomRows(random) + (random() < 0.03 ? 8190 : 0);
    const from = whole(random, rows + 1);
    const values = Float64Array.from({ length: rows }, () => randomDouble(random));
    const states = new Uint8Array(rows);
    const start = kernel.write(16 + 8 * rows) + 16;
    kernel.bytes.set(new Uint8Array(values.buffer), start);
    const column = kernel.describe({ [map.VALUES]: start, [map.STATES]: kernel.read(states) });
    const page = kernel.call('frameNumbers', column, from, rows, kernel.write(128));
    const cells = { values: values.subarray(from), states: states.subarray(from) };
    expect([seed, kernel.copy(page, start + 8 * rows)]).toEqual([seed, [...slowNumbersPage(cells)]]);
    const before = Math.max(0, from - 1);
    expect([seed, kernel.copy(start, start + 8 * before)]).toEqual([
      seed,
      [...new Uint8Array(values.buffer, 0, 8 * before)],
    ]);
  });

  fuzz('the least and the greatest number', 200, (random, seed) => {
    const states = randomStates(random, randomRows(random));
    const odd = [0, -0, Infinity, -Infinity, Number.NaN];
    const values = Float64Array.from(states, (state) => {
      if (state !== stateValue) return Number.NaN;
      return random() < 0.1 ? odd[whole(random, odd.length)]! : randomDouble(random);
    });
    kernel.call('boundNumbers', kernel.read(values), values.length);
    const numbers = [...values].filter((value) => !Number.isNaN(value));
    const { least = Infinity, greatest = -Infinity } = slowBounds(numbers, 'number');
    const found = [map.LEAST, map.GREATEST].map((at) => kernel.view.getFloat64(at, true) + 0);
    expect([seed, ...found]).toEqual([seed, Number(least) + 0, Number(greatest) + 0]);
    expect(kernel.view.getUint32(map.NANS, true)).toBe(values.length - numbers.length);
  });

  fuzz('pages of codes', 300, (random, seed) => {
    const rows = randomRows(random);
    const from = whole(random, rows + 1);
    const width = 1 + whole(random, 32);
    const codes = randomCodes(random, rows, 2 ** width);
    const states = random() < 0.5 ? undefined : randomStates(random, rows);
    const column = kernel.describe({
      [map.CODES]: kernel.read(codes),
      [map.STATES]: states === undefined ? 0 : kernel.read(states),
    });
    const nulls = states?.some((state) => state !== stateValue) ?? false;
    const scratch = kernel.write(4 * rows);
    const cells = { values: codes.subarray(from), ...(states === undefined ? {} : { states: states.subarray(from) }) };
    const expected = [...slowCodesPage(cells, width)];
    const out = kernel.write(expected.length);
    const end = kernel.call('encodeCodes', column, from, rows, nulls, width, scratch, out);
    expect([seed, kernel.copy(out, end)]).toEqual([seed, expected]);
  });

  fuzz('codes of times, in several calls, and their dictionary', 100, (random, seed) => {
    const rows = randomRows(random) + (random() < 0.1 ? 2000 : 0);
    const most = random() < 0.3 ? rows + 1 : 30;
    const start = (whole(random, 4) - 2) * 2 ** 40;
    const states = randomStates(random, rows);
    const steps = randomCodes(random, rows, most);
    const values = Float64Array.from(steps, (step) => (step === 3 ? -0 : start + step * 3_600_000));
    const column = placeDictionary(rows, { [map.VALUES]: kernel.read(values), [map.STATES]: kernel.read(states) });
    let size = 0;
    for (let from = 0; from < rows;) {
      const to = Math.min(rows, from + 1 + whole(random, 100));
      size = kernel.call('codeTimes', column, from, to);
      from = to;
    }
    const present = [...values].filter((_, row) => states[row] === stateValue);
    const expected = slowCodes(present.map((value) => value + 0));
    const found = codesOf(column, rows).filter((_, row) => states[row] === stateValue);
    expect([seed, size, found]).toEqual([seed, expected.distinct.length, expected.codes]);
    const out = kernel.write(8 * size);
    const end = kernel.call('encodeTimeDictionary', column, out);
    expect([seed, kernel.copy(out, end)]).toEqual([
      seed,
      [...new Uint8Array(BigInt64Array.from(expected.distinct, BigInt).buffer)],
    ]);
  });

  fuzz('codes of texts from batches with dictionaries, and pages of texts', 150, (random, seed) => {
    const rows = randomRows(random);
    const many = random() < 0.3;
    const texts = Array.from(
      { length: rows },
      (_, row) => `${'é'.repeat(whole(random, many ? 20 : 3))}${many ? row : ''}`,
    );
    const column = placeDictionary(rows, {});
    const heap = kernel.write(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
    kernel.view.setUint32(map.TEXT_END, heap, true);
    for (let from = 0; from < rows;) {
      const to = Math.min(rows, from + 1 + whole(random, 60));
      internBatch(column, texts, from, to, random);
      from = to;
    }
    const expected = slowCodes(texts);
    expect([seed, codesOf(column, rows)]).toEqual([seed, expected.codes]);
    expectTextBounds(column, texts, random, seed);
    const bytes = (all: readonly string[]): Uint8Array[] => all.map((text) => Buffer.from(text));
    const dictionary = slowTextsPage(bytes(expected.distinct));
    const out = kernel.write(dictionary.length);
    expect([seed, kernel.copy(out, kernel.call('encodeTextDictionary', column, out))]).toEqual([seed, [...dictionary]]);
    const limit = 1 + whole(random, 600);
    const from = whole(random, rows + 1);
    const page = kernel.write(limit + 64);
    const end = kernel.call('encodeTexts', column, from, rows, limit, page);
    const taken = kernel.view.getUint32(map.ROW, true);
    const written = slowTextsPage(bytes(texts.slice(from, from + taken)));
    expect([seed, kernel.copy(page, end)]).toEqual([seed, [...written]]);
    // it ends with the first text that reaches the limit, or with the rows
    const last = taken === 0 ? 0 : 4 + Buffer.byteLength(texts[from + taken - 1]!);
    expect([seed, from + taken === rows || written.length >= limit, written.length - last < limit]).toEqual([
      seed,
      true,
      true,
    ]);
  });
});

/** Compares the least and the greatest text of some rows, and whether all are sorted. */
function expectTextBounds(column: number, texts: readonly string[], random: () => number, seed: number): void {
  const list = kernel.write(4);
  kernel.view.setUint32(list, column, true);
  const sorted = kernel.call('countSorted', list, 1, texts.length);
  expect([seed, sorted]).toEqual([
    seed,
    slowSorted(
      texts.map((text) => [text]),
      1,
    ),
  ]);
  if (texts.length === 0) return;
  const from = whole(random, texts.length);
  const to = from + 1 + whole(random, texts.length - from);
  const room = random() < 0.3 ? 4 : 400;
  kernel.call('boundTexts', column, from, to, kernel.write(room), room);
  const { least, greatest } = slowBounds(texts.slice(from, to), 'text');
  const { distinct } = slowCodes(texts);
  const found = [map.LEAST_CODE, map.GREATEST_CODE].map((at) => distinct[kernel.view.getUint32(at, true)]);
  expect([seed, ...found]).toEqual([seed, least, greatest]);
}

/** A descriptor with a dictionary for as many entries. */
function placeDictionary(rows: number, members: Readonly<Record<number, number>>): number {
  const slots = Math.max(map.FIRST_SLOTS, 2 ** Math.ceil(Math.log2(2 * Math.max(1, rows))));
  const table = kernel.write(4 * slots);
  kernel.bytes.fill(0, table, table + 4 * map.FIRST_SLOTS);
  return kernel.describe({
    ...members,
    [map.CODES]: kernel.write(4 * rows),
    [map.ENTRIES]: kernel.write(map.ENTRY_BYTES * rows),
    [map.SLOTS]: table,
    [map.SLOT_MASK]: map.FIRST_SLOTS - 1,
  });
}

/** Gives the kernel a batch: its dictionary in any order, with texts that no row has. */
function internBatch(column: number, texts: readonly string[], from: number, to: number, random: () => number): void {
  const rows = texts.slice(from, to);
  const dictionary = [...new Set([...rows, 'unused', ''])].toSorted(() => random() - 0.5);
  const bytes = dictionary.map((text) => Buffer.from(text));
  const offsets = new Uint32Array(dictionary.length + 1);
  for (const [index, text] of bytes.entries()) offsets[index + 1] = offsets[index]! + text.length;
  const codes = kernel.view.getUint32(column + map.CODES, true);
  for (const [index, text] of rows.entries()) {
    kernel.view.setUint32(codes + 4 * (from + index), dictionary.indexOf(text), true);
  }
  const [at, staged] = [kernel.read(offsets), kernel.read(Buffer.concat(bytes))];
  kernel.call('internTexts', column, from, to, dictionary.length, at, staged, kernel.write(4 * dictionary.length));
}

function codesOf(column: number, rows: number): number[] {
  const codes = kernel.view.getUint32(column + map.CODES, true);
  return Array.from({ length: rows }, (_, row) => kernel.view.getUint32(codes + 4 * row, true));
}
