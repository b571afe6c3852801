import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { toRows } from '#src/batch/forms/rows.js';
import type { Column, ColumnBatch } from '#src/batch/columns/column-batch.js';
import { decodeCsv } from '#src/csv/decode.js';
import { createCsvEncoder, type CsvEncodeOptions } from '#src/csv/encode.js';
import { formatJavaDouble } from '#src/schema/java-double.js';
import type { TableSchema } from '#src/schema/schema.js';
import { timeSpellings } from '#src/schema/time-text.js';
import { slowEncode } from '../reference/slow-encode.js';
import { accuracySchema, forecastSchema, schemaBatch, seededRandom, type Row } from '../support/column-batch.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { randomDouble } from '../support/random.js';

async function encode(
  schema: TableSchema,
  batches: readonly ColumnBatch[],
  options: CsvEncodeOptions = {},
): Promise<string> {
  const encoder = await createCsvEncoder(schema, Object.freeze(options));
  try {
    const pieces = [encoder.start().slice()];
    for (const batch of batches) pieces.push(encoder.encode(batch).slice());
    pieces.push(encoder.finish().slice());
    return Buffer.concat(pieces).toString('utf8');
  } finally {
    encoder.release();
  }
}

/** The numbers as the encoder writes them. */
async function encodeNumbers(values: readonly number[]): Promise<string[]> {
  const schema = forecastSchema(['mean']);
  const rows = values.map((mean) => ({ item_id: 'a', mean }));
  const lines = (await encode(schema, [schemaBatch(schema, rows)])).split('\n').slice(1, -1);
  return lines.map((line) => line.slice(line.lastIndexOf(',') + 1));
}

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);
function neighbour(value: number, step: bigint): number {
  double[0] = value;
  bits[0] = (bits[0] ?? 0n) + step;
  return double[0];
}

const schema = forecastSchema(['mean', '0.9'], ['region']);
const texts = [
  'a',
  '',
  'größe',
  '007',
  'a,b',
  'say "x"',
  'line\nbreak',
  'cr\r',
  ' lone ',
  '🚲'.repeat(9),
  '"',
  '__proto__',
];

function makeRows(count: number, seed: number): Row[] {
  const random = seededRandom(seed);
  const pick = (): string => texts[Math.floor(random() * texts.length)] ?? '';
  return Array.from({ length: count }, () => ({
    item_id: pick(),
    region: random() < 0.5 ? `region_${Math.floor(random() * 1000)}` : pick(),
    timestamp: Date.UTC(2021, 0, 1) + Math.floor(random() * 100) * 3_600_000 + (random() < 0.1 ? 7 : 0),
    target_value: random() < 0.1 ? null : random() * 100,
    backtestwindow_start_time: Date.UTC(2021, 0, 1),
    backtestwindow_end_time: random() < 0.1 ? null : Date.UTC(2021, 0, 1 + Math.floor(random() * 3)),
    mean: randomDouble(random),
    p90: Math.round(random() * 1000) / 100,
  }));
}

const schemaSpellings = (spelling: number): Map<string, number> =>
  new Map(schema.columns.filter(({ kind }) => kind === 'time').map(({ name }) => [name, spelling]));

describe('createCsvEncoder', () => {
  it('writes every double as the slow mirror lays it out', async () => {
    const random = seededRandom(11);
    const edges = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1e-3, 1e7, 9_999_999.5, 2 ** 53];
    const powers = Array.from({ length: 2098 }, (_, index) => 2 ** (index - 1074));
    const tens = Array.from({ length: 632 }, (_, index) => Number(`${index % 9}.${index}e${index - 323}`));
    const values = [
      ...[...edges, ...powers, ...tens].flatMap((value) => [
        value,
        -value,
        neighbour(value, 1n),
        neighbour(value, -1n),
      ]),
      ...Array.from({ length: 200_000 }, () => randomDouble(random)),
      ...Array.from({ length: 50_000 }, (_, index) => Math.round(random() * 1e6) / 10 ** (index % 7)),
      ...Array.from({ length: 50_000 }, (_, index) => Math.floor(random() * 2 ** (index % 64))),
      // what is written without an exponent, of 1 to 17 digits
      ...Array.from({ length: 100_000 }, (_, index) => random() * 10 ** ((index % 12) - 4)),
      ...Array.from({ length: 100_000 }, (_, index) =>
        neighbour(Number((random() * 10 ** ((index % 10) - 3)).toPrecision(1 + (index % 17))), BigInt((index % 5) - 2)),
      ),
    ];
    const found = await encodeNumbers(values);
    const wrong = values.flatMap((value, index) =>
      formatJavaDouble(value) === found[index] ? [] : [[value, found[index]]],
    );
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(found.length).toBe(values.length);
  });

  it.each([
    [timeSpellings.plain, '2021-12-01T00:00:00', '2021-12-01T05:06:07.089'],
    [timeSpellings.z, '2021-12-01T00:00:00Z', '2021-12-01T05:06:07.089Z'],
    [timeSpellings.offset, '2021-12-01T00:00:00+00:00', '2021-12-01T05:06:07.089+00:00'],
    [timeSpellings.space, '2021-12-01 00:00:00', '2021-12-01 05:06:07.089'],
    [timeSpellings.hours, '2021-12-01T00:00:00+00', '2021-12-01T05:06:07.089+00'],
    [timeSpellings.hours | timeSpellings.space, '2021-12-01 00:00:00+00', '2021-12-01 05:06:07.089+00'],
    [timeSpellings.date, '2021-12-01', '2021-12-01T05:06:07.089'],
    [timeSpellings.fraction, '2021-12-01T00:00:00.000', '2021-12-01T05:06:07.089'],
    [
      timeSpellings.space | timeSpellings.fraction | timeSpellings.z,
      '2021-12-01 00:00:00.000Z',
      '2021-12-01 05:06:07.089Z',
    ],
  ])('spells times by their bits (%i)', async (spelling, midnight, odd) => {
    const rows = [Date.UTC(2021, 11, 1), Date.UTC(2021, 11, 1, 5, 6, 7, 89)].map((timestamp) => ({ timestamp }));
    const text = await encode(schema, [schemaBatch(schema, rows)], { spellings: schemaSpellings(spelling) });
    expect(text.split('\n').map((line) => line.split(',')[2])).toEqual(['timestamp', midnight, odd, undefined]);
  });

  it('spells times as published exports do where nothing is known of them', async () => {
    const day = Date.UTC(2021, 11, 1);
    const row = { timestamp: day, backtestwindow_start_time: day, backtestwindow_end_time: day };
    const line = (await encode(schema, [schemaBatch(schema, [row])])).split('\n')[1];
    expect(line).toBe(',,2021-12-01T00:00:00Z,,2021-12-01T00:00:00,2021-12-01T00:00:00,,');
  });

  it('spells every day from the year 1 to 9999', async () => {
    const first = -62_135_596_800_000;
    const days = Array.from({ length: 3_652_059 / 3 }, (_, day) => first + day * 3 * 86_400_000);
    const last = 253_402_300_799_999;
    const one = forecastSchema(['mean']);
    const batch = schemaBatch(one, [{}]);
    const values = Float64Array.from([...days, last]);
    const states = new Uint8Array(values.length);
    const codes = new Int32Array(values.length);
    const stretched = (name: string, column: Column): Column => {
      if (name === 'timestamp') return { kind: 'time', values, states, spellings: timeSpellings.plain };
      return column.kind === 'text' ? { ...column, codes } : { ...column, values, states: states.map(() => 1) };
    };
    const columns = new Map([...batch.columns].map(([name, column]) => [name, stretched(name, column)] as const));
    const lines = (await encode(one, [{ rows: values.length, firstRecord: 1, columns }])).split('\n').slice(1, -1);
    const wrong = lines.findIndex((line, index) => {
      const iso = new Date(values[index] ?? 0).toISOString();
      return line.split(',')[1] !== (iso.endsWith('.000Z') ? iso.slice(0, 19) : iso.slice(0, 23));
    });
    expect([lines.length, wrong]).toEqual([values.length, -1]);
  });

  it.each([[Date.UTC(10_000, 0, 1)], [-62_135_596_800_001], [0.5]])('refuses the time %d', async (time) => {
    const batch = { ...schemaBatch(schema, [{ timestamp: 0 }, { timestamp: time }]), firstRecord: 41 };
    const [code, message] = await failureOf(async () => encode(schema, [batch]));
    expect([code, message]).toEqual(['TIME_INVALID', expect.stringContaining('record 42, column timestamp')]);
  });

  it.each([1, 2, 3, 4])('is the slow reference, whatever the batches (seed %i)', async (seed) => {
    const rows = makeRows(9000, seed);
    const spellings = schemaSpellings(seed % 2 === 0 ? timeSpellings.z : timeSpellings.plain);
    for (const size of [1, 7, 2048, 9000]) {
      const wanted = size === 1 ? rows.slice(0, 500) : rows;
      const batches: ColumnBatch[] = [];
      for (let from = 0; from < wanted.length; from += size)
        batches.push(schemaBatch(schema, wanted.slice(from, from + size)));
      const text = await encode(schema, batches, { spellings });
      expect(text === slowEncode(schema, batches, spellings)).toBe(true);
    }
  });

  it('quotes as csv-stringify does, and a carriage return as well', async () => {
    const one = forecastSchema(['mean']);
    const others = texts.filter((text) => !text.includes('\r'));
    expect(await encode(one, [schemaBatch(one, [{ item_id: 'cr\r' }])])).toContain('\n"cr\r",,');
    const text = await encode(one, [
      schemaBatch(
        one,
        others.map((item_id) => ({ item_id })),
      ),
    ]);
    const cells = others.map((item) => [item, '', '', '', '', '']);
    expect(text.slice(text.indexOf('\n') + 1)).toBe(stringify(cells, { record_delimiter: '\n', quoted_string: false }));
  });

  it('writes records far longer than its output', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      item_id: `${'"x,'.repeat(100_000)}${index}`,
      mean: index,
    }));
    const one = forecastSchema(['mean']);
    const batches = [schemaBatch(one, rows), schemaBatch(one, [{ item_id: 'short', mean: 1 }])];
    expect((await encode(one, batches)) === slowEncode(one, batches, new Map())).toBe(true);
  });

  it('is read again with the same values', async () => {
    const batches = [schemaBatch(schema, makeRows(3000, 9))];
    const rows: unknown[] = [];
    for await (const batch of decodeCsv(memoryFile(await encode(schema, batches)))) rows.push(...toRows(batch));
    expect(rows).toEqual(batches.flatMap((batch) => [...toRows(batch)]));
  });

  it('distinguishes not defined from an empty cell', async () => {
    const accuracy = accuracySchema(['0.9'], ['RMSE']);
    const rows = [
      { item_id: 'a', 'wQL[0.9]': 'not defined', RMSE: null },
      { item_id: 'b', 'wQL[0.9]': 0.5, RMSE: 'not defined' },
    ];
    const text = await encode(accuracy, [schemaBatch(accuracy, rows)]);
    expect(text).toBe(
      'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.9],RMSE\n' +
        'a,,,,not defined,\nb,,,,0.5,not defined\n',
    );
  });
});
