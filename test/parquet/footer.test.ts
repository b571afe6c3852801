import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { BacktestExportError, type ErrorCode } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/decode.js';
import { missingInFooter } from '#src/parquet/footer-shape.js';
import { planFile } from '#src/parquet/plan-file.js';
import { isThriftStruct } from '#src/parquet/thrift-shape.js';
import { collect } from '../support/collect.js';
import { failure, failureOf } from '../support/failure.js';
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

/** The part's row group told twice. */
function twice(): Uint8Array {
  return withFooter(parquetPart(), (footer) => ({
    ...footer,
    num_rows: 2n,
    row_groups: [...footer.row_groups, ...footer.row_groups],
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
    ['row groups of the same bytes', twice(), 'PARQUET_FOOTER_INVALID', 'column chunks apart from each other, found'],
    ['a codec', withChunk(() => ({ codec: 'LZO' })), 'PARQUET_UNSUPPORTED', 'LZO'],
  ])('%s is refused', async (_, bytes, code, problem) => {
    const [found, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
    expect(message).toContain('part.parquet');
  });

  it.each<[string, Uint8Array, ErrorCode, string]>([
    [
      'a dictionary beyond the file',
      withChunk(() => ({ data_page_offset: 5_000_000n, dictionary_page_offset: 4_000_000n })),
      'PARQUET_FOOTER_INVALID',
      ', row group 1, column target_value: expected the chunk between byte 4 and',
    ],
    [
      'an offset beyond 2^53',
      withChunk(() => ({ data_page_offset: 1n << 60n })),
      'PARQUET_FOOTER_INVALID',
      ', row group 1, column target_value: expected the chunk between byte 4 and',
    ],
    [
      'no bytes',
      withChunk(() => ({ total_compressed_size: 0n })),
      'PARQUET_FOOTER_INVALID',
      ', row group 1, column target_value: expected the chunk between byte 4 and',
    ],
    [
      'another path',
      withChunk(() => ({ path_in_schema: ['mean'] })),
      'PARQUET_FOOTER_INVALID',
      ", row group 1, column target_value: expected a chunk of this column, found one of DOUBLE 'mean'",
    ],
    [
      'one byte less than the chunk has',
      withChunk((data) => ({ total_compressed_size: data.total_compressed_size - 1n })),
      'PARQUET_PAGE_INVALID',
      ', row group 1, column target_value, page 1, byte',
    ],
  ])('with %s is refused at its place', async (_, bytes, code, problem) => {
    const [found, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
    expect([found, message]).toEqual([code, expect.stringContaining(`part.parquet${problem}`)]);
  });

  it('with any bit flipped is refused by name, or all rows are read', async () => {
    const length = new DataView(sound.buffer).getUint32(sound.length - 8, true);
    const outcomes = new Map<string, number>();
    for (let bit = (sound.length - 8 - length) * 8; bit < sound.length * 8; bit++) {
      const damaged = sound.slice();
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
      const outcome = await collect(decodeParquet(memoryFile(damaged))).then(
        (batches) => `${batches.reduce((rows, batch) => rows + batch.rows, 0)} rows`,
        (error: unknown) => (error instanceof BacktestExportError ? error.code : `bit ${bit}: ${String(error)}`),
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const codes = ['PARQUET_FOOTER_INVALID', 'PARQUET_PAGE_INVALID', 'PARQUET_ROW_COUNT', 'PARQUET_UNSUPPORTED'];
    const others = [
      'SCHEMA_INVALID',
      'PARQUET_CRC_MISMATCH',
      'PARQUET_TOO_LARGE',
      'NUMBER_INEXACT',
      'TIME_INVALID',
      '1 rows',
    ];
    expect([...outcomes.keys()].filter((outcome) => ![...codes, ...others].includes(outcome))).toEqual([]);
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining([...codes, 'SCHEMA_INVALID', '1 rows']));
  });

  type Chunk = Group['columns'][number];
  it.each<[string, Partial<Chunk>, ErrorCode, string]>([
    [
      'an encrypted column',
      { encrypted_column_metadata: new Uint8Array(3) },
      'PARQUET_UNSUPPORTED',
      'the column is encrypted, which this library does not read',
    ],
    [
      'a column in another file',
      { file_path: 'other.parquet' },
      'PARQUET_UNSUPPORTED',
      "the column lies in another file, 'other.parquet'",
    ],
    [
      'a column that is not described',
      { meta_data: undefined as never },
      'PARQUET_FOOTER_INVALID',
      'the column chunk is not described',
    ],
  ])('with %s is refused', (_, change, code, problem) => {
    const metadata = parquetMetadata(sound);
    Object.assign(metadata.row_groups[0]!.columns[2]!, change);
    const footer = { metadata, start: 1000, sealed: false };
    const limits = { pageBytes: 1000, ratio: 10, textBytes: 1000 };
    const found = failure(() => planFile('part.parquet', footer, limits));
    expect(found).toEqual([code, `part.parquet, row group 1, column target_value: ${problem}`]);
  });

  it('reads a dictionary offset of 0 as none', async () => {
    const bytes = withChunk(() => ({ dictionary_page_offset: 0n }));
    expect((await collect(decodeParquet(memoryFile(bytes)))).length).toBe(1);
  });
});

describe('missingInFooter', () => {
  /** A sound footer with another value where the path leads, or with none. */
  function damaged(path: string, value: unknown): FileMetaData {
    const footer = parquetMetadata(sound);
    const members = path.split('.');
    const last = members.pop() ?? '';
    const holder = members.reduce<object>((at, member) => Reflect.get(at, member) as object, footer);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else Reflect.set(holder, last, value);
    return footer;
  }

  const chunk = 'row_groups.0.columns.0';
  it.each<[string | undefined, string, unknown]>([
    [undefined, 'created_by', undefined],
    [undefined, 'key_value_metadata', undefined],
    [undefined, 'key_value_metadata', [{ key: 'a' }]],
    [undefined, `${chunk}.meta_data`, undefined],
    ['the schema', 'schema', undefined],
    ['the schema', 'schema.1.name', undefined],
    ['the schema', 'schema.1.type_length', 4n],
    ['the schema', 'schema.1.scale', 0.5],
    ['the schema', 'schema.1.logical_type', { type: 'DECIMAL', scale: 2n }],
    ['the row groups', 'row_groups', undefined],
    ['the row groups', 'row_groups.0.columns', undefined],
    ['the row groups', `${chunk}.meta_data`, 0],
    ['the row groups', `${chunk}.meta_data.path_in_schema`, undefined],
    ['the row groups', `${chunk}.meta_data.path_in_schema`, [1]],
    ['the row groups', `${chunk}.file_path`, 1],
    ['the key-value metadata', 'key_value_metadata', [{ value: 'a' }]],
  ])('answers %s where %s is %o', (answer, path, value) => {
    expect(missingInFooter(damaged(path, value))).toBe(answer);
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
