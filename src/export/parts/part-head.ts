import type { PartDecode } from '../../batch/decode-options.ts';
import { headerMissing, readCsvHeader, type CsvHeader } from '../../csv/header.ts';
import type { Footer } from '../../parquet/read/footer.ts';
import { inferSchema } from '../../schema/infer-schema.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { refusalOf } from '../../storage/refusal-of.ts';
import type { Storage } from '../../storage/storage.ts';
import type { PartFile } from '../entries/export-catalog.ts';

/** What precedes the rows of a part. Plain data: decoding the part then need not read it again. */
export interface PartHead {
  readonly schema: TableSchema;
  /** Of CSV in Forecast's own dialect. */
  readonly header?: CsvHeader;
  /** Of Parquet. */
  readonly footer?: Footer;
}

/** Reads a part's header or footer. @throws what reading one throws */
export async function readHead(storage: Storage, part: PartFile, decode: PartDecode): Promise<PartHead> {
  const { dialect, columnRules } = decode;
  const file = await storage.open(part.path, part);
  try {
    if (part.format === 'PARQUET') {
      const { readParquetFooter } = await import('../../parquet/read/decode.ts');
      return await readParquetFooter(file, columnRules);
    }
    if (dialect === undefined) {
      const header = await readCsvHeader(file, undefined, (names, place) => inferSchema(names, place, columnRules));
      return { schema: header.schema, header };
    }
    const { parseDialect } = await import('../../csv/decode-dialect.ts');
    for await (const { cells, line } of parseDialect(file, { dialect })) {
      return { schema: inferSchema(cells, { file: part.path, record: 0, line }, columnRules) };
    }
    throw headerMissing(part.path);
  } catch (error) {
    throw await refusalOf(file, error);
  } finally {
    await file.close();
  }
}
