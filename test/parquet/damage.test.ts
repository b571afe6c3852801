import { describe, expect, it } from 'vitest';
import { parquetMetadata } from 'hyparquet';
import { hasFooterShape } from '#src/parquet/footer-shape.js';
import { decodeParquet } from '#src/parquet/decode.js';
import { createParquetEncoder } from '#src/parquet/encode.js';
import { joinBytes } from '#src/storage/join-bytes.js';
import { failureOf } from '../support/failure.ts';
import { memoryFile } from '../support/memory-file.ts';
import { parquetPart, withFooter } from '../support/parquet-file.ts';
import { forecastSchema, schemaBatch } from '../support/column-batch.ts';

const schema = forecastSchema(['mean']);
const rows = Array.from({ length: 50 }, (_, row) => ({
  item_id: `item ${row % 7}`,
  timestamp: row * 3_600_000,
  target_value: row / 3,
  backtestwindow_start_time: 0,
  backtestwindow_end_time: 0,
  mean: row / 7,
}));

/** A file of ours, in two row groups. */
async function ours(): Promise<Uint8Array> {
  const encoder = await createParquetEncoder(schema, { compression: 'uncompressed', rowGroupRows: 30 });
  const pieces = [encoder.start().slice(), encoder.encode(schemaBatch(schema, rows)).slice(), encoder.finish().slice()];
  return joinBytes(...pieces);
}

async function decode(bytes: Uint8Array): Promise<number> {
  let count = 0;
  for await (const batch of decodeParquet(memoryFile(bytes, 'part.parquet'))) count += batch.rows;
  return count;
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

/** Without this library's own checksums: those of pages stay. */
function withoutSums(file: Uint8Array): Uint8Array {
  return withFooter(file, (footer) => ({ ...footer, key_value_metadata: [], created_by: 'another writer' }));
}

describe('a damaged file', () => {
  it('of ours is refused by the checksum of the chunk or of the footer', async () => {
    const file = await ours();
    expect(await decode(file)).toBe(50);
    expect(await failureOf(() => decode(flip(file, 60)))).toEqual([
      'PARQUET_CRC_MISMATCH',
      "part.parquet, row group 1, column item_id, byte 4: the column chunk is not what the file's checksum of it was made of",
    ]);
    const [code, message] = await failureOf(() => decode(flip(file, file.length - 300)));
    expect(code).toBe('PARQUET_CRC_MISMATCH');
    expect(message).toMatch(/^part\.parquet, byte \d+: the footer is not what its checksum was made of$/);
  });

  it('with checksums of pages alone is refused at the page', async () => {
    const file = withoutSums(await ours());
    expect(await decode(file)).toBe(50);
    const codes = new Map<string, number>();
    const end = new DataView(file.buffer).getUint32(file.length - 8, true);
    for (let at = 4; at < file.length - 8 - end; at++) {
      // a damaged header may still be one: of a page with another number of bytes, or without its checksum
      const damaged = flip(file, at);
      const [code] = await decode(damaged).then(
        (count) => [count === 50 ? 'read' : 'fewer rows'] as const,
        (error: { code?: string }) => [String(error.code)] as const,
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].sort().filter((code) => code !== 'read')).toEqual([
      'PARQUET_CRC_MISMATCH',
      'PARQUET_PAGE_INVALID',
      'PARQUET_UNSUPPORTED', // another encoding
    ]);
    const [, message] = await failureOf(() => decode(flip(file, 60)));
    expect(message).toMatch(/^part\.parquet, row group 1, column item_id, page \d, byte \d+: /);
  });

  it('without any checksum is refused at the page that cannot be', async () => {
    const file = parquetPart();
    expect(await failureOf(() => decode(file.slice().fill(0xff, 4, 12)))).toEqual([
      'PARQUET_PAGE_INVALID',
      'part.parquet, row group 1, column item_id, page 1, byte 4: expected a page header, found other bytes',
    ]);
  });

  it('with a footer that lacks a field is none', () => {
    const footer = parquetMetadata(parquetPart());
    expect(hasFooterShape(footer)).toBe(true);
    for (const field of ['schema', 'row_groups', 'num_rows']) {
      expect([field, hasFooterShape({ ...footer, [field]: undefined })]).toEqual([field, false]);
    }
    const [group] = footer.row_groups;
    for (const columns of [undefined, [null], [{ meta_data: {} }], [{ meta_data: { path_in_schema: [7] } }]]) {
      expect(hasFooterShape({ ...footer, row_groups: [{ ...group, columns }] })).toBe(false);
    }
    expect(hasFooterShape({ ...footer, key_value_metadata: [{ value: 'x' }] })).toBe(false);
  });
});
