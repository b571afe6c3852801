import { shortPartName } from '../../naming/short-part-name.ts';
import { nameList, quoteText } from '../../quote-text.ts';

/** What a table shows where there is no figure. */
export const noFigure = '-';

/**
 * A figure rounded for people to four significant digits, without an exponent from 0.0001 to 10^15; whole numbers are
 * shown whole. JSON and CSV carry the full precision.
 */
export function showFigure(value: number | null): string {
  if (value === null) return noFigure;
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e15 && Number.isInteger(value)) return String(value === 0 ? 0 : value);
  if (size >= 1e15 || size < 1e-4) return value.toExponential(3);
  return size >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

/** A share of rows: four decimals. */
export function showShare(value: number | null): string {
  return value === null ? noFigure : value.toFixed(4);
}

const units = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** `512 B`, `3.4 MB`: powers of 1000. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  let size = bytes;
  let unit = -1;
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size.toPrecision(3).includes('e') ? size.toFixed(0) : size.toPrecision(3)} ${units[unit] ?? ''}`;
}

/** An instant of ISO 8601 in UTC, as short as it is exact: `2019-01-01 00:00Z`. */
export function showTime(instant: string): string {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.0+)?)?Z$/.exec(instant);
  if (found === null) return showText(instant);
  const [, day = '', minute = '', second = '00'] = found;
  return `${day} ${minute}${second === '00' ? '' : `:${second}`}Z`;
}

/** Text of the data: control characters escaped, long text cut. */
export function showText(text: string): string {
  return quoteText(text, '');
}

/** Texts of the data with commas between, the first few of many; `none` for none. */
export function showNames(names: readonly string[], most = 20): string {
  return names.length === 0 ? 'none' : nameList(names, most);
}

/** `bike, exported 2021-12-14 13:20:10Z`; `otherwise` if the files do not name a job. */
export function showExport(
  { jobName, exportedAt }: { readonly jobName: string | null; readonly exportedAt: string | null },
  otherwise: string,
): string {
  const name = showText(jobName ?? otherwise);
  return exportedAt === null ? name : `${name}, exported ${showTime(exportedAt)}`;
}

/** `1 part`, `3 parts`. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * `forecasted-values/part0.csv:12`; where no line is known, `forecasted-values/part0.parquet, record 11`. Job and time are
 * the same for all parts, and are left out; so is the folder on request.
 */
export function showPlace({ file, record, line }: ShownPlace, folder: 'shown' | 'hidden' = 'shown'): string {
  const cut = file.lastIndexOf('/') + 1;
  const short = shortPartName(file.slice(cut), file.slice(0, Math.max(0, cut - 1)));
  const name = showText(folder === 'shown' ? file.slice(0, cut) + short : short);
  if (line !== undefined) return `${name}:${line}`;
  return record === undefined ? name : `${name}, record ${record}`;
}

/** A row of a part, or a part. */
interface ShownPlace {
  readonly file: string;
  readonly record?: number;
  readonly line?: number;
}
