import { BacktestExportError, quoteText } from '../../errors.ts';
import type { Column, ColumnBatch, NumberColumn, TextColumn, TimeColumn } from './column-batch.ts';

/** The number column of that name; throws `COLUMN_UNKNOWN` where the batch has none. */
export function numberColumn(batch: ColumnBatch, name: string): NumberColumn {
  const column = batch.columns.get(name);
  return column?.kind === 'number' ? column : wrongColumn(name, 'number', column);
}

/** The time column of that name; throws `COLUMN_UNKNOWN` where the batch has none. */
export function timeColumn(batch: ColumnBatch, name: string): TimeColumn {
  const column = batch.columns.get(name);
  return column?.kind === 'time' ? column : wrongColumn(name, 'time', column);
}

/** The text column of that name; throws `COLUMN_UNKNOWN` where the batch has none. */
export function textColumn(batch: ColumnBatch, name: string): TextColumn {
  const column = batch.columns.get(name);
  return column?.kind === 'text' ? column : wrongColumn(name, 'text', column);
}

function wrongColumn(name: string, expected: string, found: Column | undefined): never {
  const what = found === undefined ? 'none' : `one of kind ${found.kind}`;
  const problem = `expected the batch to hold a ${expected} column ${quoteText(name)}, found ${what}`;
  throw new BacktestExportError('COLUMN_UNKNOWN', problem);
}
