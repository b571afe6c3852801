import {
  accessErrorCodes,
  BacktestExportError,
  reviveError,
  serializeError,
  type SerializedError,
} from '../../errors.ts';
import type { BacktestExport, OpenOptions } from '../../export/find/backtest-export.ts';
import { chooseExport } from '../../export/find/choose-export.ts';
import { partsOf, type ExportCatalog, type FoundExport, type PartFile } from '../../export/entries/export-catalog.ts';
import { listExports } from '../../export/find/list-exports.ts';
import { checkOpenOptions, openFound } from '../../export/open-export.ts';
import { isOpen, type ExportSource } from '../../export/open-source.ts';
import { given } from '../../given.ts';
import type { ExportFormat } from '../../naming/part-extension.ts';
import { byTable } from '../../schema/schema.ts';
import { chooseSchemas } from './choose-schema.ts';

/** A part whose header cannot be read, and why. */
interface UnreadablePart {
  readonly part: PartFile;
  readonly error: SerializedError;
}

/** An export, opened as far as possible, and the problems found. */
export interface OpenedExport {
  readonly bx: BacktestExport;
  /** Parts that were left out because of their format, where the export has two. */
  readonly otherFormat: readonly PartFile[];
  readonly unreadable: readonly UnreadablePart[];
}

/**
 * Opens an export despite parts in two formats (those of the rarer one are left out) and first parts with unreadable
 * headers. With three or more parts the first may have different columns from the export.
 * @throws as `openExport` where there is no export, several, or no part with a header; what is wrong with the first part
 * where that applies to the first 1,000.
 */
export async function openTolerantly(source: ExportSource, options: OpenOptions): Promise<OpenedExport> {
  if (isOpen('verifyExport', source)) {
    return { bx: await chooseSchemas(source), otherFormat: [], unreadable: [] };
  }
  await checkOpenOptions(options);
  const { signal, s3 } = options;
  const catalog = await listExports(source, given({ signal, s3 }));
  const { found, otherFormat } = chooseFormat(chooseAny(catalog, options));
  const unreadable: UnreadablePart[] = [];
  let rest = found;
  for (;;) {
    try {
      // the other exports of the folder stay listed, but need not be chosen from again
      const bx = await openFound({ ...catalog, exports: [rest] }, withoutChoice(options));
      return { bx: { ...(await chooseSchemas(bx)), catalog }, otherFormat, unreadable };
    } catch (error) {
      const part = partOf(rest, error);
      if (part === undefined) throw unreadable[0] === undefined ? error : firstOf(unreadable[0], error);
      unreadable.push({ part, error: serializeError(error) });
      if (unreadable.length === mostUnreadable) throw reviveError(unreadable[0]?.error ?? serializeError(error));
      rest = filterParts(rest, (each) => each !== part);
    }
  }
}

/** After this many first parts with unreadable headers it is not an export, or is in another dialect. */
const mostUnreadable = 1000;

function chooseAny(catalog: ExportCatalog, options: OpenOptions): FoundExport {
  const oneFormat = catalog.exports.map((found) => ({ ...found, formats: found.formats.slice(0, 1) }));
  const chosen = chooseExport({ ...catalog, exports: oneFormat }, options);
  return catalog.exports[oneFormat.findIndex((found) => found === chosen)] ?? chosen;
}

function withoutChoice({
  jobName: _job,
  exportedAt: _time,
  repeatedHeaders: _rule,
  ...reading
}: OpenOptions): OpenOptions {
  return reading;
}

function chooseFormat(found: FoundExport): { readonly found: FoundExport; readonly otherFormat: readonly PartFile[] } {
  const parts = partsOf(found);
  const countOf = (format: ExportFormat): number => parts.filter((part) => part.format === format).length;
  const kept = countOf('PARQUET') > countOf('CSV') ? 'PARQUET' : 'CSV';
  if (found.formats.length < 2) return { found, otherFormat: [] };
  return {
    found: { ...filterParts(found, ({ format }) => format === kept), formats: [kept] },
    otherFormat: parts.filter(({ format }) => format !== kept),
  };
}

function filterParts(found: FoundExport, keep: (part: PartFile) => boolean): FoundExport {
  return {
    ...found,
    tables: byTable((table) => found.tables[table].filter(keep)),
    undecided: found.undecided.filter(keep),
  };
}

/** The part whose text or footer an error is about; none of an error of the file system. */
function partOf(found: FoundExport, error: unknown): PartFile | undefined {
  if (!(error instanceof BacktestExportError) || accessErrorCodes.has(error.code)) return undefined;
  return partsOf(found).find(({ path }) => path === error.position.file);
}

/** Where no part is left, the error of the first one is more informative. */
function firstOf({ error }: UnreadablePart, last: unknown): unknown {
  if (!(last instanceof BacktestExportError) || last.code !== 'TABLE_NOT_FOUND') return last;
  return reviveError(error);
}
