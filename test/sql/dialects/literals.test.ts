import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { dialects } from '#src/sql/dialects/dialects.js';

const hostile = ["it's", '"', '`', '\\', "\\'", '\\\\"', "';--", 'a\nb', '', ' ', '🎈', '/* */'];
const doubles = [0, -0, 1, -1.5, 0.1, 5e-324, 2 ** -1022, 1.5 * 2 ** 1000, Number.MAX_VALUE, -Number.MAX_VALUE];

async function ask(select: string): Promise<readonly unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    return (await connection.runAndReadAll(select)).getRows()[0] ?? [];
  } finally {
    connection.closeSync();
  }
}

describe('literals', () => {
  it('are what they were made of, in DuckDB', async () => {
    const { quoteName, quoteText, quoteDouble } = dialects.duckdb;
    expect(await ask(`SELECT ${hostile.map(quoteText).join(', ')}`)).toEqual(hostile);
    const found = await ask(`SELECT ${doubles.map(quoteDouble).join(', ')}`);
    expect(found.length).toBe(doubles.length);
    for (const [index, value] of doubles.entries()) expect(found[index]).toBe(value);
    const names = hostile.filter((name) => name !== '').map(quoteName);
    expect(
      await ask(
        `SELECT ${names.join(', ')} FROM (SELECT ${names.map((name, index) => `${index} AS ${name}`).join(', ')})`,
      ),
    ).toEqual(names.map((_, index) => index));
  });

  it('end where they should in each dialect', () => {
    expect(dialects.trino.quoteText("\\'x")).toBe(`'\\''x'`);
    expect(dialects.spark.quoteText("\\'x")).toBe(`'\\\\\\'x'`);
    expect(dialects.spark.quoteText('${x}')).toBe(`'\\u0024{x}'`);
    expect(dialects.spark.quoteName('a`b"c')).toBe('`a``b"c`');
    expect(dialects.athena.quoteName('a`b"c')).toBe('"a`b""c"');
    expect(doubles.map(dialects.spark.quoteDouble)).toMatchInlineSnapshot(`
      [
        "0E0D",
        "(-0E0D)",
        "1E0D",
        "(-1.5E0D)",
        "0.1E0D",
        "5E-324D",
        "2.2250738585072014E-308D",
        "1.607262910779401E301D",
        "1.7976931348623157E308D",
        "(-1.7976931348623157E308D)",
      ]
    `);
  });
});

describe('small expressions, in DuckDB', () => {
  it('tell finite numbers, bits, times and months', async () => {
    const { isFinite, bit, bitCount, timeText, monthNumber } = dialects.duckdb;
    const numbers = ["'nan'::DOUBLE", "'inf'::DOUBLE", 'NULL::DOUBLE', '0E0'];
    expect(await ask(`SELECT ${numbers.map(isFinite).join(', ')}`)).toEqual([false, false, false, true]);
    expect(await ask(`SELECT ${bit('62')}, ${bitCount('7::BIGINT')}`)).toEqual([2n ** 62n, 3n]);
    const times = [0, -1, Date.UTC(2017, 5, 19), Date.parse('0001-01-01T00:00:00Z')].map((time) => `(${time})::BIGINT`);
    expect(await ask(`SELECT ${times.map(timeText).join(', ')}`)).toEqual([
      '1970-01-01 00:00:00',
      '1969-12-31 23:59:59.999',
      '2017-06-19 00:00:00',
      '0001-01-01 00:00:00',
    ]);
    expect(await ask(`SELECT ${times.map(monthNumber).join(', ')}`)).toEqual([0n, -1n, 569n, -23628n]);
  });
});
