import { readMember } from '../describe-value.ts';
import type { ConversionResult, ConvertOptions } from '../convert/conversion.ts';
import { partsOf, type FoundExport } from '../export/entries/export-catalog.ts';
import { settingsOf } from '../parquet/write/settings.ts';
import type { PreparedFile } from '../storage/storage.ts';

/** A file as a record knows it: path, bytes and, for a part of the source, the version that was read. */
export type RecordedFile = readonly [path: string, size: number, version: string];

/** What an export was converted from, with which options, and what was made of it. Published with the export. */
export interface ConversionRecord {
  /** Everything that the result depends on besides the source, as a text to compare. */
  readonly options: string;
  readonly complete: boolean;
  readonly source: readonly RecordedFile[];
  readonly files: readonly RecordedFile[];
}

/** The record of a conversion, as JSON, with its checksums for people. */
export function formatRecord(
  found: FoundExport,
  options: ConvertOptions,
  result: ConversionResult,
  files: readonly PreparedFile[],
): string {
  const { tables, losses } = result;
  const record: ConversionRecord = {
    options: nameOptions(options),
    complete: found.complete,
    source: partsOf(found).map(({ path, size, version }) => [path, size, version]),
    files: files.map(({ path, size }) => [path, size, '']),
  };
  return `${JSON.stringify({ version: 1, from: result.source, tables, losses, ...record })}\n`;
}

/** Reads a record; undefined for anything else. The mirror of {@link formatRecord}. */
export function parseRecord(text: string): ConversionRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [version, options, complete, source, files] = ['version', 'options', 'complete', 'source', 'files'].map(
    (name) => readMember(value, name),
  );
  const isRecord = version === 1 && typeof options === 'string' && typeof complete === 'boolean';
  return isRecord && isFiles(source) && isFiles(files) ? { options, complete, source, files } : undefined;
}

/** All options that change what is written, with their defaults. */
export function nameOptions(options: ConvertOptions): string {
  const { format, rowsPerPart, guardFormulas = false, columnNames, lossy = false } = options;
  const { dialect, repeatedHeaders, dropColumns, indexColumns } = options.open ?? {};
  const reading = { dialect, repeatedHeaders, dropColumns, indexColumns };
  return JSON.stringify({
    format,
    ...(format === 'PARQUET' ? settingsOf(options) : {}),
    rowsPerPart,
    guardFormulas,
    columnNames,
    lossy,
    reading,
  });
}

/** What differs between what a record was made of and what is there now, in words that follow "because"; undefined for nothing. */
export function findSourceChange(record: ConversionRecord, found: FoundExport): string | undefined {
  const before = new Map(record.source.map(([path, size, version]) => [path, `${size} ${version}`]));
  const now = new Map(partsOf(found).map(({ path, size, version }) => [path, `${size} ${version}`]));
  const changed = [...now].find(([path, version]) => before.get(path) !== version)?.[0];
  const gone = [...before.keys()].find((path) => !now.has(path));
  if (changed !== undefined) return `${changed} ${before.has(changed) ? 'has changed' : 'is new'} in the source`;
  if (gone !== undefined) return `${gone} is gone from the source`;
  return record.complete === found.complete ? undefined : 'the source got or lost its _SUCCESS';
}

function isFiles(value: unknown): value is readonly RecordedFile[] {
  return Array.isArray(value) && value.every(isFile);
}

function isFile(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [path, size, version]: readonly unknown[] = value;
  return typeof path === 'string' && typeof size === 'number' && typeof version === 'string';
}
