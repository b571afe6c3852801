import { describe, expect, it } from 'vitest';
import { parseTimeText, timeSpellings } from '#src/schema/time-text.js';
import { decodeAll } from '../support/decode-all.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
const read = async (text: string): Promise<number | string> =>
  decodeAll(`${header}a,${text},,,,\n`, { columns: ['timestamp'] }).then(
    ({ rows: [row] }) => (row as { timestamp: Date }).timestamp.getTime(),
    (error: { code: string }) => error.code,
  );

describe('times', () => {
  it('every day from 0001 to 9999 by the kernel, against Date', async () => {
    const days: string[] = [];
    for (let day = Date.UTC(1500, 0, 1); day < Date.UTC(2500, 0, 1); day += 86_400_000) {
      days.push(new Date(day).toISOString().slice(0, 10));
    }
    days.push('0001-01-01', '0004-02-29', '0100-02-28', '9999-12-31', '0400-02-29');
    const { rows } = await decodeAll(header + days.map((day) => `a,${day},,,,\n`).join(''), { columns: ['timestamp'] });
    expect(rows.map((row) => (row['timestamp'] as Date).toISOString().slice(0, 10))).toEqual(days);
  });

  it('spellings, slow and fast', async () => {
    const spelled: readonly (readonly [text: string, iso: string, spelling: number])[] = [
      ['2017-06-19T01:02:03', '2017-06-19T01:02:03.000Z', timeSpellings.plain],
      ['2017-06-19T01:02:03Z', '2017-06-19T01:02:03.000Z', timeSpellings.z],
      ['2017-06-19 01:02:03', '2017-06-19T01:02:03.000Z', timeSpellings.space],
      ['2017-06-19', '2017-06-19T00:00:00.000Z', timeSpellings.date],
      ['2017-06-19T01:02:03+02:00', '2017-06-18T23:02:03.000Z', timeSpellings.offset],
      ['2017-06-19T01:02:03-0830', '2017-06-19T09:32:03.000Z', timeSpellings.offset],
      ['2017-06-19 01:02:03+00', '2017-06-19T01:02:03.000Z', timeSpellings.hours | timeSpellings.space],
      ['2017-06-19T01:02:03.500-08', '2017-06-19T09:02:03.500Z', timeSpellings.hours | timeSpellings.fraction],
      ['2017-06-19T01:02:03.5Z', '2017-06-19T01:02:03.500Z', timeSpellings.fraction | timeSpellings.z],
      ['2017-06-19 01:02:03.007000', '2017-06-19T01:02:03.007Z', timeSpellings.fraction | timeSpellings.space],
    ];
    for (const [text, iso, spelling] of spelled) {
      expect(parseTimeText(text), text).toEqual({ milliseconds: Date.parse(iso), spelling });
      const { rows, notes } = await decodeAll(`${header}a,${text},,,,\n`);
      expect(rows[0]?.['timestamp'], text).toEqual(new Date(iso));
      expect(notes.timeSpellings.get('timestamp'), text).toBe(spelling);
    }
  });

  const seed = 99;
  it(`changed characters: the kernel and the slow reading agree (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const forms = ['2017-06-19T01:02:03', '2016-02-29T23:59:59Z', '1999-12-31', '2017-06-19 01:02:03.125+10:30'];
    const characters = '0123456789-:TZ .+ab/';
    for (let round = 0; round < 4000; round++) {
      const form = forms[round % forms.length] ?? '';
      const at = Math.floor(random() * (form.length + 1));
      const put = characters[Math.floor(random() * characters.length)] ?? '';
      const text = form.slice(0, at) + put + form.slice(at + (random() < 0.8 ? 1 : 0));
      expect(await read(text), text).toBe(parseTimeText(text)?.milliseconds ?? 'TIME_INVALID');
    }
  });
});
