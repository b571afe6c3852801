import { describe, expect, it } from 'vitest';
import { ByteSink } from '#src/batch/byte-sink.js';
import { readStruct } from '#src/parquet/format/read-thrift.js';
import { thriftStructEnd } from '#src/parquet/format/thrift-shape.js';
import { writeStruct } from '#src/parquet/format/write-thrift.js';
import { pageHeader } from '../support/parquet-bytes.js';

describe('thriftStructEnd', () => {
  it.each<[boolean, number[]]>([
    [true, [0]],
    [false, []],
    [false, [0, 0]],
    [true, [0x15, 2, 0]],
    [true, [0x18, 1, 65, 0]],
    [false, [0x18, 9, 65, 0]],
    [true, [0x19, 0x25, 2, 2, 0]],
    [false, [0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 7, 2, 0]],
    [false, [0x1d, 0]],
    [false, [0x15, ...Array.from({ length: 12 }, () => 0x80), 0]],
    [false, Array.from({ length: 100 }, () => 0x1c)],
    // a set, a map, an empty one and a UUID, which a later version of the format may have
    [true, [0x1a, 0x25, 2, 2, 0]],
    [true, [0x1b, 1, 0x51, 2, 1, 0]],
    [true, [0x1b, 0, 0]],
    [true, [0x1d, ...Array.from({ length: 16 }, () => 9), 0]],
    [false, [0x1b, 9, 0x55, 2, 2, 0]],
  ])('finds one whole struct: %s for %j', (answer, bytes) => {
    expect(thriftStructEnd(Uint8Array.from(bytes)) === bytes.length).toBe(answer);
  });
});

/** The integers at which a varint grows, with both signs. */
const integers = [6, 7, 13, 14, 20, 21, 27, 28, 30, 31].flatMap((bits) => [2 ** bits - 1, -(2 ** bits)]);
const longs = [6n, 7n, 31n, 47n, 48n, 49n, 53n, 55n, 56n, 62n, 63n].flatMap((bits) => [2n ** bits - 1n, -(2n ** bits)]);

describe('a Thrift struct', () => {
  it('is written as hyparquet-writer writes it, and read again', () => {
    for (const long of [0n, ...longs]) {
      for (const int of [0, ...integers]) {
        const names = Array.from({ length: (Math.abs(int) % 17) + 1 }, (_, index) => `Größe ${index}`);
        const fields = {
          1: int,
          2: long,
          4: 'Grün',
          5: true,
          6: false,
          7: names,
          18: { 3: { 1: int } },
          20: [{ 1: int }],
        };
        const out = new ByteSink();
        writeStruct(out, fields);
        const bytes = out.view();
        const [inner, list] = [{ field_3: { field_1: int } }, [{ field_1: int }]];
        const theirs = { field_1: int, field_2: long, field_4: 'Grün', field_5: true, field_6: false, field_7: names };
        expect([...bytes]).toEqual([...pageHeader({ ...theirs, field_18: inner, field_20: list })]);
        expect(thriftStructEnd(bytes)).toBe(bytes.length);
        const read = readStruct({ bytes, at: 0 });
        expect([read.int(1), read.long(2), read.text(4), read.flag(5), read.flag(6)]).toEqual([
          int,
          long,
          'Grün',
          true,
          false,
        ]);
        expect([read.texts(7), read.hasList(20), read.struct(18)?.struct(3)?.int(1)]).toEqual([names, true, int]);
      }
    }
  });

  it('keeps no field beyond those of Parquet, so that many fields take no memory', () => {
    const read = readStruct({ bytes: pageHeader({ field_18: 1, field_32: 2, field_33: 3, field_20000: 4 }), at: 0 });
    expect([18, 32, 33, 20_000].map((id) => read.int(id))).toEqual([1, 2, undefined, undefined]);
  });
});
