import type { CellReader } from './cell-reader.ts';
import type { StoredType } from './sql-table.ts';

/** What `schema/number-text.ts` takes as a number. */
const decimal = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';
const word = { nan: '[+-]?[nN][aA][nN]', infinity: '[iI][nN][fF]([iI][nN][iI][tT][yY])?' };

const [nan, infinity, minusInfinity] = ['NaN', 'Infinity', '-Infinity'].map((value) => `CAST('${value}' AS DOUBLE)`);

/**
 * The DOUBLE of a text, as lines: the nearest one of a decimal number, NaN and infinities in their spellings; NULL for all else,
 * which engines are laxer about: Java takes `1d`, `0x1p3` and spaces around, DuckDB `1_000`. A number that would round to infinity is NULL too.
 */
export function numberOfText({ matches, isPlainNumber }: CellReader, text: string): string[] {
  return [
    'CASE',
    `  WHEN ${isPlainNumber?.(text) ?? matches(text, decimal)}`,
    `    THEN NULLIF(NULLIF(TRY_CAST(${text} AS DOUBLE), ${infinity}), ${minusInfinity})`,
    `  WHEN ${matches(text, word.nan)} THEN ${nan}`,
    `  WHEN ${matches(text, `[+]?${word.infinity}`)} THEN ${infinity}`,
    `  WHEN ${matches(text, `-${word.infinity}`)} THEN ${minusInfinity}`,
    'END',
  ];
}

/** The DOUBLE of a column that is no text; NULL for an integer that is none. */
export function numberOfStored(column: string, stored: StoredType, textType: string): string {
  if (stored.kind === 'double') return column;
  if (stored.kind === 'int' || stored.kind === 'bigint') {
    return `CASE WHEN ${column} BETWEEN -${2 ** 53} AND ${2 ** 53} THEN CAST(${column} AS DOUBLE) END`;
  }
  // an engine divides two doubles, which rounds twice where the digits are no double
  const isLong = stored.kind === 'decimal' && stored.precision > 15;
  return `CAST(${isLong ? `CAST(${column} AS ${textType})` : column} AS DOUBLE)`;
}
