import type { Dialect } from './dialect.ts';
import { doubleDigits, quoteStandardName, quoteStandardText } from './literals.ts';

/** Not by date_add, which takes 32-bit numbers: 25 days of milliseconds. */
const instant = (expression: string): string =>
  `(TIMESTAMP '1970-01-01 00:00:00.000' + ${expression} * INTERVAL '0.001' SECOND)`;

/** Trino's own. */
export const trino: Dialect = {
  name: 'trino',
  title: 'Trino',
  quoteName: quoteStandardName,
  quoteText: quoteStandardText,
  quoteDouble: (value) => doubleDigits(value),
  isFinite: (expression) => `(${expression} IS NOT NULL AND is_finite(${expression}))`,
  bit: (position) => `bitwise_left_shift(BIGINT '1', ${position})`,
  bitCount: (expression) => `bit_count(${expression}, 64)`,
  bitOr: (expression) => `bitwise_or_agg(${expression})`,
  timeText: (expression) => `CAST(${instant(expression)} AS VARCHAR)`,
  monthNumber: (expression) => `((year(${instant(expression)}) - 1970) * 12 + month(${instant(expression)}) - 1)`,
};

/** Queries of Athena are Trino's; its DDL is Hive's. */
export const athena: Dialect = { ...trino, name: 'athena', title: 'Amazon Athena' };
