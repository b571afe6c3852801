import type { PartDecode } from '../batch/decode-options.ts';
import { parseDialect } from '../csv/dialect-records.ts';
import { readCsvHeader } from '../csv/header.ts';
import { BacktestExportError } from '../errors.ts';
import { readParquetSchema } from '../parquet/read/decode.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { Storage } from '../storage/storage.ts';
import type { PartFile } from './export-catalog.ts';

/** Reads a part's header or footer. @throws what reading one throws */
export async function readSchema(storage: Storage, part: PartFile, decode: PartDecode): Promise<TableSchema> {
  const { dialect, columnRules } = decode;
  const file = await storage.open(part.path);
  try {
    if (part.format === 'PARQUET') return await readParquetSchema(file, columnRules);
    if (dialect === undefined) {
      const header = await readCsvHeader(file, undefined, (names, place) => inferSchema(names, place, columnRules));
      return header.schema;
    }
    for await (const { cells, line } of parseDialect(file, { dialect })) {
      return inferSchema(cells, { file: part.path, record: 0, line }, columnRules);
    }
    throw new BacktestExportError('CSV_HEADER_MISSING', 'expected a header record, found no text', {
      position: { file: part.path },
    });
  } finally {
    await file.close();
  }
}
