import type { Dialect } from './dialect.ts';
import { doubleDigits, largest, quoteHiveName, quoteHiveText } from './literals.ts';

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
  monthNumber: (expression) => `CAST((year(${day(expression)}) - 1970) * 12 + month(${day(expression)}) - 1 AS BIGINT)`,
};
