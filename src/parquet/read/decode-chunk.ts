import type { ChunkPlan, ChunkValues } from '../values/chunk-plan.ts';
import { loadCodec } from '../codecs/decompress.ts';
import { decodeNumbers } from './decode-numbers.ts';
import { decodeTexts } from './decode-texts.ts';
import { walkPages } from './walk-pages.ts';

/**
 * Decodes one column chunk, given whole: all its pages are checked before the first is unpacked. Costs what its values
 * take, and one page unpacked.
 *
 * @throws `PARQUET_PAGE_INVALID`, `PARQUET_CRC_MISMATCH`, `PARQUET_TOO_LARGE`, `PARQUET_ROW_COUNT`,
 * `PARQUET_UNSUPPORTED`, `NUMBER_INEXACT`, `TIME_INVALID`, each with row group, column, page and byte.
 */
export async function decodeChunk(bytes: Uint8Array, plan: ChunkPlan): Promise<ChunkValues> {
  const unpack = await loadCodec(plan.codec);
  const pages = walkPages(bytes, plan);
  return plan.target.kind === 'text' ? decodeTexts(pages, plan, unpack) : decodeNumbers(pages, plan, unpack);
}
