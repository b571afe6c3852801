import type { CsvStyle } from '../../show/layout/csv-records.ts';
import type { Document } from '../../show/layout/document.ts';
import type { Output } from './output.ts';
import { markdownSections } from '../../show/layout/markdown-sections.ts';
import { createProgress } from './progress.ts';
import type { Style } from './style.ts';
import { textSections } from './text-sections.ts';
import { writePieces, type OutputWatch } from './write-pieces.ts';

/** Where a document is printed, and its progress shown. */
interface Printer {
  readonly out: Output;
  readonly outStyle: Style;
  readonly err: Output;
  readonly errStyle: Style;
  readonly signal: AbortSignal;
}

/**
 * Prints a document as `table` (for people), `markdown`, `csv` or `json`. Where that takes long, a line on
 * standard error shows how far it is, until the first text if both go to the terminal.
 * @throws the signal's reason; `WRITE_FAILED`
 */
export async function printDocument(
  { out, outStyle, err, errStyle, signal }: Printer,
  document: Document,
  format: string,
  csv: CsvStyle = {},
): Promise<void> {
  const { terminal, progress: mode = 'auto' } = errStyle;
  const progress = createProgress(err, { ...errStyle, progress: terminal ? mode : 'none' });
  const watch: OutputWatch = {
    onProgress: (state) => {
      if (!outStyle.terminal || state.written === 0) progress.update(state);
    },
    onWrite: async () => {
      if (outStyle.terminal) await progress.end();
    },
  };
  try {
    await writePieces(out, await renderDocument(document, format, outStyle, csv), signal, watch);
  } finally {
    await progress.end();
  }
}

async function renderDocument(
  { sections, drawn, markdown, records, data }: Document,
  format: string,
  style: Style,
  csv: CsvStyle,
): Promise<Iterable<string>> {
  if (format === 'json') return (await import('../../show/values/json.ts')).jsonDocument(data);
  if (format === 'csv' && records !== undefined) {
    const { csvRecords } = await import('../../show/layout/csv-records.ts');
    return csvRecords(records(), { terminal: style.terminal, ...csv });
  }
  if (format === 'markdown') return markdownSections((markdown ?? sections)());
  return textSections((style.marks === undefined ? sections : (drawn ?? sections))(), style);
}
