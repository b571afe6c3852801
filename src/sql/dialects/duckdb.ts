import type { Dialect } from './dialect.ts';
import { doubleDigits, quoteStandardName, quoteStandardText } from './literals.ts';

/** DuckDB. */
export const duckdb: Dialect = {
  name: 'duckdb',
  title: 'DuckDB',
  quoteName: quoteStandardName,
  quoteText: quoteStandardText,
  quoteDouble: (value) => doubleDigits(value),
  isFinite: (expression) => `(${expression} IS NOT NULL AND isfinite(${expression}))`,
  bit: (position) => `(1::BIGINT << ${position})`,
  bitCount: (expression) => `CAST(bit_count(${expression}) AS BIGINT)`,
  bitOr: (expression) => `bit_or(${expression})`,
  timeText: (expression) => `CAST(epoch_ms(${expression}) AS VARCHAR)`,
  monthNumber: (expression) => `((year(epoch_ms(${expression})) - 1970) * 12 + month(epoch_ms(${expression})) - 1)`,
};
