import { formatSum } from '../../batch/hash/checksum.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { KeyValue } from './footer-metadata.ts';

/**
 * What a Parquet file written here says about itself beyond its columns, in its footer's key-value metadata: how CSV text is
 * to be restored, and checksums of what no page checksum covers.
 */
export interface FileNotes {
  /** By time column the spelling found, bits of `timeSpellings` (0: there was no time). */
  readonly spellings: ReadonlyMap<string, number>;
  /** Number columns whose nulls mean the text `not defined`; in all others null is an empty cell. */
  readonly notDefined: ReadonlySet<string>;
  /** Whether the file represents a CSV part of zero bytes, without even a header: real exports have such parts. */
  readonly zeroBytes: boolean;
  /** CRC-32 of each column chunk's bytes, page headers included: by row group, then by column. */
  readonly chunkSums: readonly (readonly number[])[];
}

/** How many bytes are between the last column chunk and the footer, and their CRC-32. */
export interface EndNote {
  readonly bytes: number;
  readonly sum: number;
}

/** The writer that our files name (`created_by`). */
export const writerName = 'backtest-export';
/** Key of {@link FileNotes} as JSON. */
const notesKey = 'backtest-export';
/** Key of the footer's own CRC-32 as 8 hexadecimal digits, computed with `00000000` in their place. */
export const footerSumKey = 'backtest-export.footer-crc32';
/** Placeholder for the footer's CRC-32. */
export const footerSumPlaceholder = '00000000';

/** The notes as key-value metadata, with a placeholder for the footer's sum. The mirror of {@link parseFileNotes}. */
export function formatFileNotes(notes: FileNotes, end: EndNote): KeyValue[] {
  const value = JSON.stringify({
    version: 1,
    spellings: Object.fromEntries(notes.spellings),
    notDefined: [...notes.notDefined],
    ...(notes.zeroBytes ? { zeroBytes: true } : {}),
    end: [end.bytes, formatSum(end.sum)],
    chunks: notes.chunkSums.map((sums) => sums.map(formatSum)),
  });
  return [
    { key: notesKey, value },
    { key: footerSumKey, value: footerSumPlaceholder },
  ];
}

/**
 * Reads the notes of a file; undefined where there are none, as in every file of another writer, or where they do not
 * fit the schema.
 */
export function parseFileNotes(metadata: readonly KeyValue[] | undefined, schema: TableSchema): FileNotes | undefined {
  const value = findNotes(metadata);
  if (value === undefined) return undefined;
  const { spellings, notDefined, chunks } = value;
  if (!isRecord(spellings) || !Array.isArray(notDefined) || !Array.isArray(chunks)) return undefined;
  const known = new Map(schema.columns.map((column) => [column.name, column.kind]));
  return {
    spellings: new Map(
      Object.entries(spellings).flatMap(([name, bits]) =>
        known.get(name) === 'time' && Number.isInteger(bits) ? [[name, Number(bits)] as const] : [],
      ),
    ),
    notDefined: new Set(notDefined.map(String).filter((name) => known.get(name) === 'number')),
    zeroBytes: value['zeroBytes'] === true,
    chunkSums: chunks.map((sums) => (Array.isArray(sums) ? sums.map((sum) => parseSum(sum)) : [])),
  };
}

/** Reads what the notes of a file say about its end; undefined where they do not, as in files of version 0.1.0. */
export function parseEndNote(metadata: readonly KeyValue[] | undefined): EndNote | undefined {
  const end = findNotes(metadata)?.['end'];
  return Array.isArray(end) ? { bytes: Number(end[0]), sum: parseSum(end[1]) } : undefined;
}

function findNotes(metadata: readonly KeyValue[] | undefined): Record<string, unknown> | undefined {
  const text = metadata?.find(({ key }) => key === notesKey)?.value;
  const value = text === undefined ? undefined : parseJson(text);
  return isRecord(value) && value['version'] === 1 ? value : undefined;
}

function parseSum(sum: unknown): number {
  return Number.parseInt(String(sum), 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
