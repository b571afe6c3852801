import type { CellReader } from './cell-reader.ts';
import type { Dialect } from './dialect.ts';
import { doubleDigits, isPlainNumber, largest, quoteHiveName, quoteHiveText } from './literals.ts';

// none of these depends on the time zone of the session
const day = (expression: string): string =>
  `date_from_unix_date(CAST((${expression} - pmod(${expression}, 86400000)) DIV 86400000 AS INT))`;

/** Spark SQL, of Databricks too. */
export const spark: Dialect = {
  name: 'spark',
  title: 'Spark SQL',
  quoteName: quoteHiveName,
  quoteText: quoteHiveText,
  // with the suffix, as a setting makes a DECIMAL of an exponent alone
  quoteDouble: (value) => doubleDigits(value, 'D'),
  isFinite: (expression) => `(${expression} IS NOT NULL AND abs(${expression}) <= ${doubleDigits(largest, 'D')})`,
  bit: (position) => `shiftleft(1L, CAST(${position} AS INT))`,
  bitCount: (expression) => `CAST(bit_count(${expression}) AS BIGINT)`,
  bitOr: (expression) => `bit_or(${expression})`,
  timeText: (expression) =>
    `CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, ${expression} / 1000BD) AS STRING)`,
  answerText: (expression) => expression,
  monthNumber: (expression) => `CAST((year(${day(expression)}) - 1970) * 12 + month(${day(expression)}) - 1 AS BIGINT)`,
};

/** Independent of the session's time zone, too. */
export const sparkReader: CellReader = {
  textType: 'STRING',
  matches: (text, pattern) => `${text} RLIKE ${quoteHiveText(`\\A(?:${pattern})\\z`)}`,
  isPlainNumber,
  extract: (text, pattern) => `regexp_extract(${text}, ${quoteHiveText(pattern)}, 1)`,
  days: (date) => `CAST(unix_date(${date}) AS BIGINT)`,
  milliseconds: (time, { zoned }) => {
    if (zoned) return `CASE WHEN unix_micros(${time}) % 1000 = 0 THEN unix_millis(${time}) END`;
    const seconds = `extract(SECOND FROM ${time}) * 1000`;
    return (
      `CASE WHEN ${seconds} % 1 = 0 THEN CAST(unix_date(CAST(${time} AS DATE)) AS BIGINT) * 86400000 ` +
      `+ hour(${time}) * 3600000 + minute(${time}) * 60000 + CAST(${seconds} AS BIGINT) END`
    );
  },
  fileName: '_metadata.file_name',
  filePath: '_metadata.file_path',
  afterMark: undefined,
};
