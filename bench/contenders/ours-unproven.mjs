import { writeSync, openSync, closeSync } from 'node:fs';
import { createCsvEncoder } from '#src/csv/encode.js';
import { createParquetEncoder } from '#src/parquet/write/encode.js';
import { openExport } from 'backtest-export';
import { outputPath } from './output.mjs';

/** Decoding and encoding alone, on one thread: neither synced nor checked nor read back. What the others do. */
export async function run(input) {
  for (const part of input.parts) {
    const { forecastedValues } = await openExport(part);
    const { schema } = forecastedValues;
    const encoder = await (input.format === 'CSV' ? createCsvEncoder(schema) : createParquetEncoder(schema));
    const file = openSync(outputPath(input, part), 'w');
    writeSync(file, encoder.start());
    for await (const batch of forecastedValues.columnBatches()) {
      const bytes = encoder.encode(batch);
      if (bytes.length > 0) writeSync(file, bytes);
    }
    writeSync(file, encoder.finish());
    closeSync(file);
    encoder.release();
  }
}
