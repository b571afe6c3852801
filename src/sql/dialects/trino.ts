import type { CellReader } from './cell-reader.ts';
import type { Dialect } from './dialect.ts';
import { doubleDigits, isPlainNumber, quoteStandardName, quoteStandardText } from './literals.ts';

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
  bit: (position) => `bitwise_left_shift(BIGINT '1', CAST(${position} AS INTEGER))`,
  bitCount: (expression) => `bit_count(${expression}, 64)`,
  bitOr: (expression) => `bitwise_or_agg(${expression})`,
  timeText: (expression) => `CAST(${instant(expression)} AS VARCHAR)`,
  answerText: (expression) => expression,
  monthNumber: (expression) => `((year(${instant(expression)}) - 1970) * 12 + month(${instant(expression)}) - 1)`,
};

/** Queries of Athena are Trino's; its DDL is Hive's. */
export const athena: Dialect = { ...trino, name: 'athena', title: 'Amazon Athena' };

/** Of both. Patterns are Java's, in which `\\A` and `\\z` are the ends. */
export const trinoReader: CellReader = {
  textType: 'VARCHAR',
  matches: (text, pattern) => `regexp_like(${text}, ${quoteStandardText(`\\A(?:${pattern})\\z`)})`,
  isPlainNumber,
  extract: (text, pattern) => `regexp_extract(${text}, ${quoteStandardText(pattern)}, 1)`,
  days: (date) => `date_diff('day', DATE '1970-01-01', ${date})`,
  // the hive connector rounds to milliseconds unless hive.timestamp-precision says otherwise
  milliseconds: (time, { zoned, unit }) => {
    const zone = zoned ? ' UTC' : '';
    const whole = `date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00${zone}', ${time})`;
    return unit === 'millis' ? whole : `CASE WHEN date_trunc('millisecond', ${time}) = ${time} THEN ${whole} END`;
  },
  fileName: `regexp_extract("$path", '[^/]+$')`,
  filePath: '"$path"',
  afterMark: (literal) => `chr(65279) || ${literal}`,
};
