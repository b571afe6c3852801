import { BacktestExportError } from '../errors.ts';
import { formatExportTimestamp } from '../naming/export-timestamp.ts';
import { quoteText } from '../quote-text.ts';
import { isTableName } from '../schema/schema.ts';
import { assertOutputPath } from '../storage/storage-path.ts';

/** Layouts by name, as templates. */
export const layouts: Readonly<Record<string, string>> = {
  hive: 'job={job}/exported_at={time}',
  flat: '{job}_{time}',
  mirror: '{path}',
};

/** An export to be laid out. */
export interface LaidOut {
  readonly jobName: string;
  readonly exportedAt: Date;
  /** The folder of the source that it is in, `''` for the source itself. */
  readonly folder: string;
}

/**
 * The folder of an export below the destination, by the name of a layout or by a template with `{job}`, `{time}`
 * (`2021-12-14T13-20-10Z`), `{date}` (`2021-12-14`) and `{path}`, its folder in the source; `''` for the destination itself.
 * @throws `OPTION_INVALID` for a template with another field, and for one that makes impossible folders
 */
export function placeExport(layout: string, { jobName, exportedAt, folder }: LaidOut): string {
  const time = formatExportTimestamp(exportedAt);
  const values = new Map([
    ['job', jobName],
    ['time', time],
    ['date', time.slice(0, 'yyyy-MM-dd'.length)],
    ['path', folder],
  ]);
  const template = Object.hasOwn(layouts, layout) ? (layouts[layout] ?? '') : layout;
  const filled = template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value !== undefined) return value;
    throw invalid(layout, `{${name}}`);
  });
  if (/[{}]/.test(filled)) throw invalid(layout, quoteText(filled));
  const pieces = filled.split('/').filter((piece) => piece !== '');
  const path = pieces.join('/');
  // a template without any field is a name of a layout that there is not
  if (!template.includes('{') || template.startsWith('/') || pieces.some(isImpossible))
    throw invalid(layout, quoteText(path));
  if (path !== '') assertOutputPath(path);
  return path;
}

/** A folder that is no folder, is not searched for exports, or holds a table. */
function isImpossible(piece: string): boolean {
  return piece.startsWith('.') || piece.startsWith('_') || isTableName(piece);
}

function invalid(layout: string, found: string): BacktestExportError {
  const problem =
    `layout: expected ${Object.keys(layouts).join(', ')} or folders made of {job}, {time}, {date} and {path}, ` +
    `none of which begins with a dot or an underscore or has the name of a table, found ${quoteText(layout)}${found === quoteText(layout) ? '' : `: ${found}`}`;
  return new BacktestExportError('OPTION_INVALID', `convertExports.${problem}`);
}
