import { describe, expect, it } from 'vitest';
import { comparable, slowDecode } from '../reference/slow-decode.ts';
import { decodeAll } from '../support/decode-all.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,store,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p90';
const random = seededRandom(41);
const oneOf = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;

/** A record as exports have it. */
function plain(index: number): string {
  const number = (): string => String(random() * 10 ** Math.floor(random() * 4)).replace(/^(\d+)$/, '$1.0');
  const [start, end] = ['2020-01-01T00:00:00', '2020-01-02T00:00:00'];
  return `item_${index >> 5},${oneOf(['x', 'y'])},${start}Z,${number()},${start},${end},${number()},${number()},${number()}`;
}

/** A record that is read field by field. */
function odd(index: number): string {
  const fields = plain(index).split(',');
  const place = Math.floor(random() * fields.length);
  fields[place] = oneOf([`"${fields[place]}"`, '""', '']);
  return fields.join(',');
}

describe('blocks of plain rows', () => {
  it.each([
    ['LF alone', ['\n'], 0],
    ['CRLF alone', ['\r\n'], 0],
    ['both line ends', ['\n', '\r\n'], 0],
    ['an odd row now and then', ['\n'], 0.01],
    ['an odd row now and then, and CRLF', ['\r\n'], 0.01],
    ['odd rows as a rule, and both line ends', ['\n', '\n\n', '\r\n'], 0.8],
  ])('are read as the slow reference reads them: %s', async (_, lineEnds, odds) => {
    const lines = Array.from({ length: 3000 }, (_, index) => (random() < odds ? odd(index) : plain(index)));
    const text = [header, ...lines].map((line) => line + oneOf(lineEnds)).join('');
    const expected = slowDecode(new TextEncoder().encode(text));
    for (const [chunkBytes, batchRows] of [
      [524_288, 2048],
      [524_288, 100],
      [4096, 2048],
      [301, 7],
    ] as const) {
      const found = await decodeAll(text, { chunkBytes, batchRows });
      const rows = found.rows.map((row) => Object.values(row).map(comparable));
      expect(rows).toHaveLength(lines.length);
      expect({ rows }, `${chunkBytes} bytes, ${batchRows} rows`).toEqual(expected);
    }
  });

  it('do not take quotes for the commas that a record lacks', async () => {
    const short = `"a",${plain(0).split(',').slice(1, 7).join(',')}`; // two fields too few, two quotes
    const text = [header, ...Array.from({ length: 20 }, (_, index) => plain(index)), short, plain(0)].join('\n');
    for (const columns of [['p90'], ['store'], ['item_id', 'mean']]) {
      await expect(decodeAll(text, { columns })).rejects.toMatchObject({
        code: 'CSV_FIELD_COUNT',
        position: { record: 21, line: 22 },
      });
    }
  });
});
