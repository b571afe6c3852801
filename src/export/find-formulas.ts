import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { countFormulas, isFormula } from '../batch/columns/guard-formulas.ts';
import { dictionaryTexts } from '../batch/forms/rows.ts';
import { isPassing, BacktestExportError, type ErrorCode } from '../errors.ts';
import type { BacktestExport, ExportTable } from './find/backtest-export.ts';
import { readPart } from './parts/part-source.ts';
import { partSources } from './tables/planned-table.ts';

/** Text cells of an export that a spreadsheet would run as formulas, in the rows that were scanned. */
export interface FormulaCells {
  /** Cells found. */
  readonly count: number;
  readonly rowsScanned: number;
  /** Whether every row was scanned; otherwise there may be more. */
  readonly complete: boolean;
  /** Null if none was found. */
  readonly first: FormulaPlace | null;
  /** Why parts could not be read to the end. */
  readonly failures: readonly { readonly code: ErrorCode; readonly message: string }[];
}

/** The place of a cell. */
export interface FormulaPlace {
  readonly file: string;
  readonly record: number;
  readonly column: string;
  readonly text: string;
}

/**
 * Finds text cells that a spreadsheet would run as formulas (see `guardFormulas`) in the first rows of every part,
 * about `rows` for each table. Decodes only the text columns, about 5 million rows a second.
 */
export async function findFormulas(source: BacktestExport, rows: number, signal?: AbortSignal): Promise<FormulaCells> {
  const search = new Search();
  for (const table of [source.forecastedValues, source.accuracyMetrics]) {
    if (table.exists) await search.table(table, rows, signal);
  }
  return search;
}

class Search implements FormulaCells {
  count = 0;
  rowsScanned = 0;
  complete = true;
  first: FormulaPlace | null = null;
  readonly failures: { code: ErrorCode; message: string }[] = [];

  async table(table: ExportTable, rows: number, signal?: AbortSignal): Promise<void> {
    const columns = table.schema.columns.filter(({ kind }) => kind === 'text').map(({ name }) => name);
    const share = Math.ceil(rows / Math.max(1, table.parts.length));
    for (const source of partSources(table)) {
      let left = share;
      try {
        for await (const batch of readPart(source, { columns, signal })) {
          if (left <= 0) {
            this.complete = false;
            break;
          }
          this.#look(batch, source.part.path);
          left -= batch.rows;
        }
      } catch (error) {
        if (!(error instanceof BacktestExportError) || isPassing(error.code)) throw error;
        this.complete = false;
        this.failures.push({ code: error.code, message: error.message });
      }
    }
  }

  #look(batch: ColumnBatch, file: string): void {
    this.rowsScanned += batch.rows;
    for (const [name, column] of batch.columns) {
      if (column.kind !== 'text') continue;
      const found = countFormulas(column);
      this.count += found;
      if (found === 0 || this.first !== null) continue;
      const row = column.codes.findIndex((code) => isFormula(column.dictionary, code));
      const text = dictionaryTexts(column.dictionary)[column.codes[row] ?? 0] ?? '';
      this.first = { file, record: batch.firstRecord + row, column: name, text };
    }
  }
}
