import { quoteText } from '../../errors.ts';

/** What stands in a table where there is no figure. */
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

/** `1 part`, `3 parts`. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
