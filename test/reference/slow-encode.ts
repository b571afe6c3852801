import { stateNotDefined, stateNull, type Column, type ColumnBatch } from '#src/batch/columns/column-batch.js';
import { formatJavaDouble } from '#src/schema/java-double.js';
import type { TableSchema } from '#src/schema/schema.js';
import { timeSpellings } from '#src/schema/time-text.js';

/** What `createCsvEncoder` must write, one string at a time. */
export function slowEncode(
  schema: TableSchema,
  batches: readonly ColumnBatch[],
  spellings: ReadonlyMap<string, number>,
): string {
  const lines = [schema.columns.map(({ name }) => slowField(name)).join(',')];
  for (const batch of batches) {
    for (let row = 0; row < batch.rows; row++) {
      const cells = schema.columns.map(({ name }) =>
        slowCell(batch.columns.get(name)!, row, spellings.get(name) ?? timeSpellings.plain),
      );
      lines.push(cells.join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

function slowCell(column: Column, row: number, spelling: number): string {
  if (column.kind === 'text') {
    const { offsets, bytes } = column.dictionary;
    const code = column.codes[row]!;
    return slowField(Buffer.from(bytes.subarray(offsets[code], offsets[code + 1])).toString('utf8'));
  }
  if (column.states[row] === stateNull) return '';
  if (column.states[row] === stateNotDefined) return 'not defined';
  const value = column.values[row]!;
  return column.kind === 'number' ? formatJavaDouble(value) : slowTime(value, spelling);
}

function slowField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function slowTime(value: number, spelling: number): string {
  const iso = new Date(value).toISOString();
  const clock = iso.slice(11, 23);
  if (spelling === timeSpellings.date && clock === '00:00:00.000') return iso.slice(0, 10);
  const fraction = (spelling & timeSpellings.fraction) !== 0 || !clock.endsWith('.000');
  const zone =
    (spelling & timeSpellings.z) !== 0
      ? 'Z'
      : (spelling & timeSpellings.offset) !== 0
        ? '+00:00'
        : (spelling & timeSpellings.hours) !== 0
          ? '+00'
          : '';
  const separator = (spelling & timeSpellings.space) !== 0 ? ' ' : 'T';
  return `${iso.slice(0, 10)}${separator}${fraction ? clock : clock.slice(0, 8)}${zone}`;
}
