import { expect, it } from 'vitest';
import { parseTimeText } from '#src/schema/time-text.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { planLadder } from '#src/sql/terms/ladder.js';
import type { SqlCell } from 'backtest-export/sql';
import { exactSum } from '../reference/exact-sum.js';
import { seededRandom } from '../support/random.js';
import type { RunningEngine } from './sql-engines.js';

const times = [
  0, -1, 1, 1635724800000, 1635724800001, -86_400_000, 951_782_400_000, 253_402_300_799_999, -62_135_596_800_000,
];
const doubles = [0, 1, -1.5, 0.1, 1e23, 5e-324, 2 ** -1022, Number.MAX_VALUE, 2 ** 60, 123456789.125];
const texts = ['plain', "it's", '"', '\\', 'a\nb', "\\'; --", '`', '', '商品🚲', '${x}', '\t'];
const bits = [0, 1, 31, 32, 52, 61, 62];

/** Tests that what a dialect says means in its engine what it should. */
export function testExpressions(running: () => RunningEngine): void {
  const select = async (expressions: readonly string[], from = ''): Promise<SqlCell[]> => {
    const rows: (readonly SqlCell[])[] = [];
    const list = expressions.map((expression, at) => `${expression} AS c${at}`).join(', ');
    for await (const row of running().engine.query(`SELECT ${list}${from}`)) rows.push(row);
    expect(rows.length).toBe(1);
    return [...rows[0]!];
  };

  it('times', async () => {
    const { timeText, monthNumber } = dialects[running().engine.dialect];
    const found = await select(times.map((time) => timeText(`(${time})`)));
    expect(found.map((text) => parseTimeText(String(text))?.milliseconds)).toEqual(times);
    const months = await select(times.map((time) => monthNumber(`(${time})`)));
    const month = (date: Date): number => (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    expect(months.map(Number)).toEqual(times.map((time) => month(new Date(time))));
  });

  it('numbers, texts and names', async () => {
    const { quoteDouble, quoteText, quoteName } = dialects[running().engine.dialect];
    const numbers = (await select(doubles.map(quoteDouble))).map(Number);
    expect(numbers).toEqual(doubles);
    expect(await select(texts.map(quoteText))).toEqual(texts);
    // no name can hide what Spark takes for a variable
    const names = texts.filter((text) => text !== '' && text !== '${x}');
    const from = ` FROM (SELECT ${names.map((name, at) => `${at} AS ${quoteName(name)}`).join(', ')}) AS t`;
    expect((await select(names.map(quoteName), from)).map(Number)).toEqual(names.map((_, at) => at));
  });

  it('finite or not, and bits', async () => {
    const { isFinite, bit, bitCount, bitOr } = dialects[running().engine.dialect];
    const column = (text: string): string => `CAST(${text} AS DOUBLE)`;
    const given = ['NULL', `'NaN'`, `'Infinity'`, `'-Infinity'`, '1', '0'].map(column);
    expect(await select(given.map((value) => isFinite(value)))).toEqual([false, false, false, false, true, true]);
    const values = bits.map(
      (position) => `CASE WHEN ${bit(`CAST(${position} AS BIGINT)`)} = ${2n ** BigInt(position)} THEN 1 END`,
    );
    expect((await select(values)).map(Number)).toEqual(bits.map(() => 1));
    const both = bits.map((position) => `${bit(String(position))} + ${bit('7')}`);
    expect((await select(both.map((sum) => bitCount(`(${sum})`)))).map(Number)).toEqual(bits.map(() => 2));
    const from = ` FROM (SELECT ${bit('3')} AS b UNION ALL SELECT ${bit('61')} UNION ALL SELECT ${bit('3')}) AS t`;
    const [or] = await select([`CASE WHEN ${bitOr('b')} = ${2n ** 61n + 8n} THEN 1 END`], from);
    expect(Number(or)).toBe(1);
  });

  it('sums by a ladder are exact: doubles are added step by step, without more digits', async () => {
    const { quoteDouble } = dialects[running().engine.dialect];
    const random = seededRandom(20211214);
    const values = Array.from({ length: 1000 }, () => {
      const sign = random() < 0.5 ? -1 : 1;
      return sign * (1 + Math.floor(random() * 2 ** 26) * 2 ** -26 + 2 ** -52) * 2 ** (Math.floor(random() * 80) - 40);
    });
    const { exponents } = planLadder({ top: 41, bottom: -92 }, 2 ** 34)!;
    let from = `(SELECT * FROM (VALUES ${values.map((value) => `(${quoteDouble(value)})`).join(', ')}) AS t (r0)) AS q0`;
    for (const [level, exponent] of exponents.entries()) {
      const m = quoteDouble(1.5 * 2 ** (exponent + 52));
      const kept = Array.from({ length: level }, (_, before) => `h${before}, `).join('');
      const h = `((r${level} + ${m}) - ${m})`;
      from = `(SELECT ${kept}${h} AS h${level}, r${level} - ${h} AS r${level + 1} FROM ${from}) AS q${level + 1}`;
    }
    const rest = `COUNT(CASE WHEN r${exponents.length} <> 0 THEN 1 END)`;
    const sums = await select([...exponents.map((_, level) => `SUM(h${level})`), rest], ` FROM ${from}`);
    expect(Number(sums.pop())).toBe(0);
    expect(exactSum(sums.map(Number))).toBe(exactSum(values));
  });
}
