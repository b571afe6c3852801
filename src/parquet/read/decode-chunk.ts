import type { ChunkPlan, ChunkValues } from '../values/chunk-plan.ts';
import { decodeNumbers } from './decode-numbers.ts';
import { decodeTexts } from './decode-texts.ts';
import { loadPageCodec } from './page-codec.ts';
import { PageMemory } from './page-memory.ts';
import { walkPages } from './walk-pages.ts';

/**
 * Decodes one column chunk, given whole: all its pages are checked before the first is unpacked. Costs what its values
 * take, and one page unpacked. Pages are decoded in `memory`, which may hold the chunk; else in one of its own.
 *
 * @throws `PARQUET_PAGE_INVALID`, `PARQUET_CRC_MISMATCH`, `PARQUET_TOO_LARGE`, `PARQUET_ROW_COUNT`,
 * `PARQUET_UNSUPPORTED`, `NUMBER_INEXACT`, `TIME_INVALID`, each with row group, column, page and byte; `MEMORY_REFUSED`.
 */
export async function decodeChunk(bytes: Uint8Array, plan: ChunkPlan, memory?: PageMemory): Promise<ChunkValues> {
  const codec = await loadPageCodec(plan.codec);
  const own = memory === undefined ? new PageMemory() : undefined;
  const used = memory ?? own ?? new PageMemory();
  try {
    const pages = walkPages(bytes, plan);
    const held = used.holds(bytes);
    const { unpackedBytes, values, packedBytes } = pages.most;
    const entries = plan.target.kind === 'text' ? 0 : (pages.dictionary?.values ?? 0);
    used.place({ unpackedBytes, values, entries, packedBytes: held ? 0 : packedBytes });
    const access = { chunk: held ? used.chunkAgain() : bytes, plan, codec, memory: used };
    return plan.target.kind === 'text' ? decodeTexts(pages, access) : decodeNumbers(pages, access);
  } finally {
    own?.release();
  }
}
