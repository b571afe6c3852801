import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { BacktestExportError, type ErrorCode } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { parseFooter } from '#src/parquet/format/footer-metadata.js';
import { planFile } from '#src/parquet/read/plan-file.js';
import { leavesOfSchema } from '#src/parquet/read/schema-tree.js';
import { collect } from '../support/collect.js';
import { failure, failureOf } from '../support/failure.js';
import { memoryFile } from '../support/memory-file.js';
import { joinBytes, pageHeader } from '../support/parquet-bytes.js';
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
    ['an empty file', text(''), 'PARQUET_FOOTER_INVALID', 'found 0: the file is truncated'],
    ['text', text('item_id,timestamp,target_value\n'), 'PARQUET_FOOTER_INVALID', "'PAR1' at the start"],
    ['a cut file', sound.subarray(0, -5), 'PARQUET_FOOTER_INVALID', 'truncated or still being written'],
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
    ['row groups of the same bytes', twice(), 'PARQUET_FOOTER_INVALID', 'column chunks overlap'],
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
      ', row group 1, column target_value: expected the column chunk between bytes 4 and',
    ],
    [
      'an offset beyond 2^53',
      withChunk(() => ({ data_page_offset: 1n << 60n })),
      'PARQUET_FOOTER_INVALID',
      ', row group 1, column target_value: expected the column chunk between bytes 4 and',
    ],
    [
      'no bytes',
      withChunk(() => ({ total_compressed_size: 0n })),
      'PARQUET_FOOTER_INVALID',
      ', row group 1, column target_value: expected the column chunk between bytes 4 and',
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
      "the column is stored in another file, 'other.parquet'",
    ],
    [
      'a column that is not described',
      { meta_data: undefined as never },
      'PARQUET_FOOTER_INVALID',
      'the footer does not describe the column chunk',
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

describe('a footer of which members are missing or of another type', () => {
  /** The Thrift of a footer with one field of this id, of this type and content, in the place of a sound one. */
  const [root, column] = [
    { field_4: text('schema'), field_5: 1 },
    { field_1: 5, field_3: 0, field_4: text('mean') },
  ];
  const data = { field_1: 5, field_2: [0], field_3: [text('mean')], field_4: 0, field_5: 1n, field_6: 8n, field_7: 8n };
  const whole = { ...data, field_9: 4n };
  const group = { field_1: [{ field_2: 4n, field_3: whole }], field_2: 8n, field_3: 1n };
  const footer = { field_1: 1, field_2: [root, column], field_3: 1n, field_4: [group] };
  const without = <Struct extends object>(struct: Struct, field: keyof Struct): object => ({
    ...struct,
    [field]: undefined,
  });
  const ofData = (changed: object): object => ({
    ...footer,
    field_4: [{ ...group, field_1: [{ field_2: 4n, field_3: changed }] }],
  });

  it('is read when all is there', () => {
    expect(parseFooter(pageHeader(footer))).toMatchObject({
      schema: [
        { name: 'schema', num_children: 1 },
        { name: 'mean', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ],
      num_rows: 1n,
      row_groups: [
        { num_rows: 1n, columns: [{ meta_data: { type: 'DOUBLE', codec: 'UNCOMPRESSED', num_values: 1n } }] },
      ],
    });
  });

  it.each<[string, object]>([
    ['lacks the version of the format', without(footer, 'field_1')],
    ['lacks the size of a row group', { ...footer, field_4: [without(group, 'field_2')] }],
    ['lacks the offset of a column chunk', { ...footer, field_4: [{ ...group, field_1: [{ field_3: whole }] }] }],
    ['lacks the encodings of a column chunk', ofData(without(whole, 'field_2'))],
    ['lacks the unpacked size of a column chunk', ofData(without(whole, 'field_6'))],
    ['lacks a key of the key-value metadata', { ...footer, field_5: [{ field_2: text('v') }] }],
    ...[{ field_5: { field_1: 2 } }, { field_8: { field_1: true } }, { field_10: { field_1: 8 } }].map(
      (type): [string, object] => [
        'lacks a field of the type',
        { ...footer, field_2: [root, { ...column, field_10: type }] },
      ],
    ),
    ['lacks a field of the encoding statistics', ofData({ ...whole, field_13: [{ field_1: 0, field_2: 0 }] })],
    ['lacks the schema', without(footer, 'field_2')],
    ['lacks the number of rows', without(footer, 'field_3')],
    // of 32 bits, where the format has 64
    ['lacks the number of rows', { ...footer, field_3: 1 }],
    ['lacks the version of the format', { ...footer, field_1: 1n }],
    ['lacks the row groups', without(footer, 'field_4')],
    ['lacks the name of a column', { ...footer, field_2: [root, without(column, 'field_4')] }],
    ['lacks the name of a column', { ...footer, field_2: [root, { ...column, field_4: 7 }] }],
    ['lacks the column chunks of a row group', { ...footer, field_4: [without(group, 'field_1')] }],
    ['lacks the rows of a row group', { ...footer, field_4: [without(group, 'field_3')] }],
    ['lacks the type of a column chunk', ofData(without(whole, 'field_1'))],
    ['lacks the name of a column chunk', ofData(without(whole, 'field_3'))],
    ['lacks the name of a column chunk', ofData({ ...whole, field_3: [1] })],
    ['lacks the codec of a column chunk', ofData(without(whole, 'field_4'))],
    ['lacks the number of values of a column chunk', ofData(without(whole, 'field_5'))],
    ['lacks the size of a column chunk', ofData(without(whole, 'field_7'))],
    ['lacks the offset of a column chunk', ofData(data)],
    ['a physical type from 0 to 7, found 8', ofData({ ...whole, field_1: 8 })],
    ['a repetition type from 0 to 2, found 3', { ...footer, field_2: [root, { ...column, field_3: 3 }] }],
    ['the file is encrypted', { ...footer, field_8: { field_1: {} } }],
  ])('%s', (problem, changed) => {
    expect(() => parseFooter(pageHeader({ ...changed }))).toThrow(problem);
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['an integer', 1n],
    ['a truth value', true],
  ])('has no text where the value of a note is %s, as fastparquet writes them', (_, value) => {
    const pairs = [
      { field_1: text('k'), field_2: value },
      { field_1: text('l'), field_2: text('m') },
    ];
    expect(parseFooter(pageHeader({ ...footer, field_5: pairs })).key_value_metadata).toEqual([
      { key: 'k', value: undefined },
      { key: 'l', value: 'm' },
    ]);
  });
});

describe('the schema of a footer', () => {
  type Element = FileMetaData['schema'][number];
  const changed = (change: (schema: Element[]) => Element[]): Element[] => change(parquetMetadata(sound).schema);
  const root = (children: number): Element[] =>
    changed(([first, ...rest]) => [{ ...first!, num_children: children }, ...rest]);

  it.each<[string, Element[], ErrorCode, string]>([
    ['less than no children', root(-5), 'PARQUET_FOOTER_INVALID', 'found -5 children'],
    [
      'no children',
      root(0),
      'PARQUET_FOOTER_INVALID',
      'expected 0 columns according to the root of the schema, found 6',
    ],
    [
      'too few children',
      root(5),
      'PARQUET_FOOTER_INVALID',
      'expected 5 columns according to the root of the schema, found 6',
    ],
    [
      'too many children',
      root(7),
      'PARQUET_FOOTER_INVALID',
      'expected 7 columns according to the groups of the schema, found 6',
    ],
    [
      'a column of a type with children',
      changed((schema) => schema.map((element, index) => (index === 6 ? { ...element, num_children: 1 } : element))),
      'PARQUET_FOOTER_INVALID',
      'column mean: expected a column or a group of columns, found 1 children of type DOUBLE',
    ],
    [
      'a column that is neither required nor optional',
      changed((schema) =>
        schema.map((element, index) => (index === 6 ? without(element, 'repetition_type') : element)),
      ),
      'PARQUET_FOOTER_INVALID',
      'column mean: expected a required or optional column, found neither',
    ],
  ])('with %s is refused', (_, schema, code, problem) => {
    const [found, message] = failure(() => leavesOfSchema(schema, 'part.parquet'));
    expect([found, message]).toEqual([code, expect.stringContaining(problem)]);
  });
});

it('a footer that is signed, with column chunks that are encrypted, is refused as such', async () => {
  const length = new DataView(sound.buffer).getUint32(sound.length - 8, true);
  const footer = sound.subarray(sound.length - 8 - length, sound.length - 8);
  // field 8, in front of the stop: AES_GCM_V1
  const algorithm = Uint8Array.of(0x0c, 0x10, 0x1c, 0, 0, 0);
  const signed = joinBytes(footer.subarray(0, -1), algorithm, new Uint8Array(28).fill(7));
  const tail = new Uint8Array(8);
  new DataView(tail.buffer).setUint32(0, signed.length, true);
  tail.set(text('PAR1'), 4);
  const bytes = joinBytes(sound.subarray(0, sound.length - 8 - length), signed, tail);
  const [code, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
  expect([code, message]).toEqual(['PARQUET_UNSUPPORTED', expect.stringContaining('the file is encrypted')]);
});

it('column chunks that share a byte are refused, however few', async () => {
  const bytes = withChunk((data) => ({ total_compressed_size: data.total_compressed_size + 1n }));
  const [code, message] = await failureOf(async () => collect(decodeParquet(memoryFile(bytes, 'part.parquet'))));
  expect([code, message]).toEqual(['PARQUET_FOOTER_INVALID', expect.stringContaining('column chunks overlap')]);
});

function without<Struct extends object>(struct: Struct, member: keyof Struct): Struct {
  const copy = { ...struct };
  Reflect.deleteProperty(copy, member);
  return copy;
}
