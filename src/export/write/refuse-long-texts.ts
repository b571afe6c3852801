import type { ColumnBatch } from '../../batch/columns/column-batch.ts';
import { decodeDefaults } from '../../batch/decode-options.ts';
import { BacktestExportError } from '../../errors.ts';

/** A longer text could be written to Parquet, but not be read back. @throws `TEXT_TOO_LONG` */
export function refuseLongTexts({ columns, rows }: ColumnBatch, firstRecord: number): void {
  const most = decodeDefaults.recordLimit;
  for (const [name, column] of columns) {
    if (column.kind !== 'text') continue;
    const { offsets, size } = column.dictionary;
    if ((offsets[size] ?? 0) <= most) continue;
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] ?? 0;
      const length = (offsets[code + 1] ?? 0) - (offsets[code] ?? 0);
      if (length <= most) continue;
      const position = { record: firstRecord + row, column: name };
      throw new BacktestExportError('TEXT_TOO_LONG', `expected a text of at most ${most} bytes, found ${length}`, {
        position,
      });
    }
  }
}
