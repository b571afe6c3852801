import type { CellReader } from './cell-reader.ts';
import type { Dialect } from './dialect.ts';
import { doubleDigits, quoteStandardName, quoteStandardText } from './literals.ts';

const mark = 'chr(65279)';

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
  // by way of V8, which drops a mark: `\ufeffa` and `a` would be one item
  answerText: (expression) =>
    `CASE WHEN ${mark} = LEFT(${expression}, 1) THEN ${mark} || ${expression} ELSE ${expression} END`,
  monthNumber: (expression) => `((year(epoch_ms(${expression})) - 1970) * 12 + month(epoch_ms(${expression})) - 1)`,
};

/** How DuckDB reads cells. Its patterns are RE2's. */
export const duckdbReader: CellReader = {
  textType: 'VARCHAR',
  matches: (text, pattern) => `regexp_full_match(${text}, ${quoteStandardText(pattern)})`,
  isPlainNumber: undefined,
  extract: (text, pattern) => `regexp_extract(${text}, ${quoteStandardText(pattern)}, 1)`,
  days: (date) => `date_diff('day', DATE '1970-01-01', ${date})`,
  milliseconds: (time, { unit, zoned }) => {
    if (unit === 'millis' && !zoned) return `epoch_ms(${time})`;
    const [ticks, perMillisecond] = unit === 'nanos' && !zoned ? ['epoch_ns', 1_000_000] : ['epoch_us', 1000];
    return `CASE WHEN ${ticks}(${time}) % ${perMillisecond} = 0 THEN epoch_ms(${time}) END`;
  },
  fileName: 'parse_filename("$path")',
  filePath: '"$path"',
  afterMark: undefined,
};
