import type { CsvStyle } from './csv-records.ts';
import type { Document } from './document.ts';
import type { Output } from './output.ts';
import type { Style } from './style.ts';
import { writePieces } from './write-pieces.ts';

/** Where a document is printed. */
interface Printer {
  readonly out: Output;
  readonly outStyle: Style;
  readonly signal: AbortSignal;
}

/**
 * Prints a document as `table` (for people), `markdown`, `csv` or `json`. Loads the code of that form only.
 * @throws the signal's reason; `WRITE_FAILED`
 */
export async function printDocument(
  { out, outStyle, signal }: Printer,
  document: Document,
  format: string,
  csv: CsvStyle = {},
): Promise<void> {
  await writePieces(out, await renderDocument(document, format, outStyle, csv), signal);
}

async function renderDocument(
  { sections, markdown, records, data }: Document,
  format: string,
  style: Style,
  csv: CsvStyle,
): Promise<Iterable<string>> {
  if (format === 'json') return (await import('./json.ts')).jsonDocument(data);
  if (format === 'markdown') return (await import('./markdown-sections.ts')).markdownSections((markdown ?? sections)());
  if (format === 'csv' && records !== undefined) {
    const { csvRecords } = await import('./csv-records.ts');
    return csvRecords(records(), { terminal: style.terminal, ...csv });
  }
  return (await import('./text-sections.ts')).textSections(sections(), style);
}
