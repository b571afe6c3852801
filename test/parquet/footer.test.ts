import type { FileMetaData } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/decode.js';
import { isThriftStruct } from '#src/parquet/thrift-shape.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { parquetPart, withFooter } from '../support/parquet-file.js';

type Group = FileMetaData['row_groups'][number];
type Data = NonNullable<Group['columns'][number]['meta_data']>;

/** The part with one column chunk's description changed. */
function withChunk(change: (data: Data) => Partial<Data>, column = 2): Uint8Array {
  return withGroup((group) => ({
    columns: group.columns.map((chunk, index) =>
      index === column && chunk.meta_data !== undefined
        ? { ...chunk, meta_data: { ...chunk.meta_data, ...change(chunk.meta_data) } }
        : chunk,
    ),
  }));
}

function withGroup(change: (group: Group) => Partial<Group>): Uint8Array {
  return withFooter(parquetPart(), (footer) => ({
    ...footer,
    row_groups: footer.row_groups.map((group) => ({ ...group, ...change(group) })),
  }));
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const sound = parquetPart();

describe('a Parquet footer', () => {
  it('is rewritten by the test without harm', async () => {
    const batches = await collect(decodeParquet(memoryFile(withFooter(sound, (footer) => footer))));
    expect(batches.map(({ rows }) => rows)).toEqual([1]);
  });

  it.each<[string, Uint8Array, ErrorCode, string]>([
    ['an empty file', text(''), 'PARQUET_FOOTER_INVALID', 'found 0: the file is cut'],
    ['text', text('item_id,timestamp,target_value\n'), 'PARQUET_FOOTER_INVALID', "'PAR1' at the start"],
    ['a cut file', sound.subarray(0, -5), 'PARQUET_FOOTER_INVALID', 'cut or still being written'],
    ['an encrypted file', text('PARExxxxxxxxxxxxPARE'), 'PARQUET_UNSUPPORTED', 'encrypted'],
    ['a length beyond the file', text('PAR1xxxx\xff\x00\x00\x00PAR1'), 'PARQUET_FOOTER_INVALID', 'length of'],
    ['no Thrift', text('PAR1xxxxyyyy\x08\x00\x00\x00PAR1'), 'PARQUET_FOOTER_INVALID', 'Thrift struct'],
    ['other rows', withFooter(sound, (footer) => ({ ...footer, num_rows: 2n })), 'PARQUET_ROW_COUNT', '2 rows'],
    ['negative rows', withGroup(() => ({ num_rows: -1n })), 'PARQUET_FOOTER_INVALID', 'found -1'],
    ['other values', withChunk(() => ({ num_values: 2n })), 'PARQUET_ROW_COUNT', '2 values'],
    ['absurd rows', withGroup(() => ({ num_rows: 1n << 60n })), 'PARQUET_FOOTER_INVALID', 'number of rows'],
    [
      'a chunk too few',
      withGroup(({ columns }) => ({ columns: columns.slice(1) })),
      'PARQUET_FOOTER_INVALID',
      'found 5',
    ],
    [
      'a chunk beyond the file',
      withChunk(() => ({ total_compressed_size: 1_000_000n })),
      'PARQUET_FOOTER_INVALID',
      'found 1000000 bytes',
    ],
    ['a negative size', withChunk(() => ({ total_compressed_size: -1n })), 'PARQUET_FOOTER_INVALID', 'NaN'],
    ['a chunk at the start', withChunk(() => ({ data_page_offset: 0n })), 'PARQUET_FOOTER_INVALID', 'from byte 0'],
    ['another type', withChunk(() => ({ type: 'FLOAT' })), 'PARQUET_FOOTER_INVALID', 'FLOAT'],
    ['a codec', withChunk(() => ({ codec: 'LZO' })), 'PARQUET_UNSUPPORTED', 'LZO'],
  ])('%s is refused', async (_, bytes, code, problem) => {
    const [found, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
    expect(message).toContain('part.parquet');
  });

  it('reads a dictionary offset of 0 as none', async () => {
    const bytes = withChunk(() => ({ dictionary_page_offset: 0n }));
    expect((await collect(decodeParquet(memoryFile(bytes)))).length).toBe(1);
  });
});

describe('isThriftStruct', () => {
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
  ])('answers %s for %j', (answer, bytes) => {
    expect(isThriftStruct(Uint8Array.from(bytes))).toBe(answer);
  });
});
