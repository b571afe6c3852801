const numbers = 'expected DOUBLE, FLOAT, an integer, DECIMAL or text';

/** What pyarrow and pandas can write and is refused here: the code, and a piece of the message. */
export const refusals: Readonly<Record<string, readonly [code: string, problem: string]>> = {
  'a time with a part of a millisecond, in microseconds': [
    'NUMBER_INEXACT',
    'the time of 1635724801000001 microseconds is not a whole number of milliseconds',
  ],
  'a time with a part of a millisecond, in nanoseconds': [
    'NUMBER_INEXACT',
    'the time of 1000001 nanoseconds is not a whole number of milliseconds',
  ],
  'a time of day': [
    'PARQUET_UNSUPPORTED',
    'column timestamp: expected a timestamp, a date or text, found INT32 (TIME)',
  ],
  'a date beyond what a time can be': ['TIME_INVALID', '2147483647 days since 1970 are out of range for a time'],
  'a time beyond what a time can be': [
    'TIME_INVALID',
    '4611686018427387904 millis since 1970 are out of range for a time',
  ],
  'an integer that is no double': [
    'NUMBER_INEXACT',
    'the integer 9007199254740993 is beyond 2^53 and has no exact double',
  ],
  'a half float': ['PARQUET_UNSUPPORTED', `column mean: ${numbers}, found FIXED_LEN_BYTE_ARRAY (FLOAT16)`],
  'a truth value': ['PARQUET_UNSUPPORTED', `column mean: ${numbers}, found BOOLEAN`],
  'a list': ['PARQUET_UNSUPPORTED', 'column mean: expected a flat column, found a nested one'],
  'a struct': ['PARQUET_UNSUPPORTED', 'column mean: expected a flat column, found a nested one'],
  'an item id that is null': ['VALUE_MISSING', 'record 2, row group 1, column item_id: expected text, found null'],
  'an item id that is not UTF-8': ['PARQUET_PAGE_INVALID', 'column item_id, page 1, byte 4: expected text in UTF-8'],
  '`not defined` in a forecast': [
    'NUMBER_INVALID',
    "record 2, row group 1, column mean: expected a number, found 'not defined'",
  ],
  'an index of pandas as a column': ['SCHEMA_INDEX_COLUMN', "column 8 is called 'index': a row index"],
};
