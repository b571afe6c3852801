import { isPassing, BacktestExportError, quoteText } from '../../errors.ts';
import { tableOf, type BacktestExport, type ExportTable, type OpenOptions } from '../../export/find/backtest-export.ts';
import { partsOf, type ExportCatalog, type FoundExport } from '../../export/entries/export-catalog.ts';
import { findFormulas, type FormulaCells } from '../../export/find-formulas.ts';
import { openFound } from '../../export/open-export.ts';
import { given } from '../../given.ts';
import { plainIdentity, type PlainIdentity } from '../../naming/export-identity.ts';
import { byTable, type ColumnSchema, type TableName } from '../../schema/schema.ts';
import type { ErrorCode } from '../../errors.ts';

/** What `inspect --json` prints. */
export interface Inspection extends Pick<
  ExportCatalog,
  'location' | 'layout' | 'markers' | 'ignored' | 'foreign' | 'hidden'
> {
  readonly exports: readonly InspectedExport[];
  readonly warnings: readonly Coded<string>[];
}

/** One export of the folder; what follows `bytes` is known only if it was opened. */
export interface InspectedExport extends PlainIdentity {
  /** As the file names spell it. */
  readonly exportedAtText: string | null;
  readonly formats: readonly string[];
  readonly complete: boolean;
  /** Of both tables. */
  readonly parts: number;
  readonly bytes: number;
  readonly itemColumn?: string;
  readonly dimensions?: readonly string[];
  readonly forecastTypes?: readonly string[];
  /** Null for a table without parts. */
  readonly tables?: Readonly<Record<TableName, InspectedTable | null>>;
  /** Text cells that a spreadsheet would run as formulas; null if they were not searched for. */
  readonly formulas?: FormulaCells | null;
  readonly warnings: readonly Coded<string>[];
  /** Why it cannot be read. */
  readonly error?: Coded<ErrorCode>;
}

/** One table of an opened export. */
export interface InspectedTable {
  readonly parts: number;
  readonly emptyParts: number;
  readonly bytes: number;
  readonly columns: readonly ColumnSchema[];
}

/** How to look at exports. */
export interface InspectOptions {
  readonly opening: OpenOptions;
  /** Rows of each table to search for formulas; 0 for none. */
  readonly scanRows: number;
  readonly signal: AbortSignal;
  /** Why none of the exports can be read, if so; it becomes the error of each, and a warning of the folder. */
  readonly problem?: BacktestExportError | undefined;
}

/** Opens the wanted exports one after another, reading headers and some texts, and gathers the facts of all. */
export async function inspectExports(
  catalog: ExportCatalog,
  wanted: readonly FoundExport[],
  options: InspectOptions,
): Promise<Inspection> {
  const exports: InspectedExport[] = [];
  for (const found of catalog.exports) {
    options.signal.throwIfAborted();
    exports.push(wanted.includes(found) ? await inspectOne(catalog, found, options) : namesOf(found, options.problem));
  }
  const { location, layout, markers, ignored, foreign, hidden, warnings } = catalog;
  const all = [...warnings, ...(options.problem === undefined ? [] : [options.problem])].map(plainWarning);
  return { location, layout, exports, markers, ignored, foreign, hidden, warnings: all };
}

/** What names and sizes reveal. */
function namesOf(found: FoundExport, problem?: BacktestExportError): InspectedExport {
  const parts = partsOf(found);
  return {
    ...plainIdentity(found),
    exportedAtText: found.exportedAtText ?? null,
    formats: found.formats,
    complete: found.complete,
    parts: parts.length,
    bytes: parts.reduce((sum, part) => sum + part.size, 0),
    warnings: found.warnings.map(plainWarning),
    ...given({ error: problem === undefined ? undefined : plainWarning(problem) }),
  };
}

async function inspectOne(
  catalog: ExportCatalog,
  found: FoundExport,
  { opening, scanRows, signal }: InspectOptions,
): Promise<InspectedExport> {
  const names = namesOf(found);
  let bx: BacktestExport;
  try {
    // alone in the catalog, and without the warnings of the folder: nothing is left to choose or to repeat
    const { jobName: _job, exportedAt: _time, ...reading } = opening;
    bx = await openFound({ ...catalog, exports: [found], warnings: [] }, reading);
  } catch (error) {
    if (!(error instanceof BacktestExportError) || isPassing(error.code)) throw error;
    return { ...names, error: plainWarning(error) };
  }
  const { itemColumn, dimensions, forecastTypes, warnings } = bx;
  const tables = byTable((name) => inspectTable(tableOf(bx, name)));
  const formulas = scanRows === 0 ? null : await findFormulas(bx, scanRows, signal);
  return {
    ...names,
    itemColumn,
    dimensions,
    forecastTypes,
    tables,
    formulas,
    warnings: [...warnings, ...formulaWarnings(formulas)].map(plainWarning),
  };
}

function formulaWarnings(formulas: FormulaCells | null): Coded<string>[] {
  if (formulas === null) return [];
  const { count, first, complete, rowsScanned, failures } = formulas;
  const unreadable = failures.map(({ code, message }) => ({ code, message: `a part cannot be read: ${message}` }));
  if (first === null) return unreadable;
  const extent = complete ? '' : ` in the first ${rowsScanned} rows`;
  const cells = count === 1 ? '1 text cell' : `${count} text cells`;
  const place = `${quoteText(first.file, '')}, record ${first.record}`;
  const message = `${cells} that a spreadsheet would run as a formula${extent}, first ${quoteText(first.text.slice(0, 40))} in ${place}`;
  return [...unreadable, { code: 'FORMULA_CELLS', message }];
}

function inspectTable(table: ExportTable): InspectedTable | null {
  if (!table.exists) return null;
  const { parts, bytes, schema } = table;
  return {
    parts: parts.length,
    emptyParts: parts.filter((part) => part.size === 0).length,
    bytes,
    columns: schema.columns,
  };
}

function plainWarning<Code extends string>({ code, message }: Coded<Code>): Coded<Code> {
  return { code, message };
}

interface Coded<Code> {
  readonly code: Code;
  readonly message: string;
}
