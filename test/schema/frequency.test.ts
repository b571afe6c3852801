import { describe, expect, it } from 'vitest';
import { addMonths } from '#src/schema/calendar.js';
import { addSteps, inferFrequency, makeFrequency, parseFrequency, stepOf } from '#src/schema/frequency.js';

const at = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`);
const infer = (...texts: string[]): string | undefined =>
  inferFrequency([{ start: at(texts[0]!), timestamps: texts.map(at) }])?.text;

describe('inferFrequency', () => {
  it('finds fixed and calendar steps', () => {
    expect(infer('2019-01-01T00:00', '2019-01-01T00:01', '2019-01-01T00:02')).toBe('1min');
    expect(infer('2019-01-01T00:00', '2019-01-01T00:30', '2019-01-01T01:00')).toBe('30min');
    expect(infer('2019-01-01T00:00', '2019-01-01T01:00')).toBe('H');
    expect(infer('2019-01-01', '2019-01-02', '2019-01-03')).toBe('D');
    expect(infer('2019-01-01', '2019-01-15', '2019-01-29')).toBe('2W');
    expect(infer('2019-01-01', '2019-02-01', '2019-03-01')).toBe('M');
    expect(infer('2019-02-01', '2019-03-01')).toBe('M');
    expect(infer('2019-01-31', '2019-02-28', '2019-03-31')).toBe('M');
    expect(infer('2019-01-01', '2019-04-01', '2019-07-01')).toBe('3M');
    expect(infer('2019-01-01', '2020-01-01', '2021-01-01')).toBe('Y');
  });

  it('is not misled by a stray timestamp, over all windows', () => {
    expect(infer('2019-01-01', '2019-01-02', '2019-01-02T07:13', '2019-01-03', '2019-01-04')).toBe('D');
    expect(
      infer('2019-01-01', '2019-02-01', '2019-02-09', '2019-03-01', '2019-04-01', '2019-05-01', '2019-06-01'),
    ).toBe('M');
    const starts = ['2019-01-01', '2019-02-01'].map((text) => ({
      start: at(text),
      timestamps: [at(text) + 3_600_000],
    }));
    expect(inferFrequency(starts)?.text).toBe('H');
  });

  it('returns null if it cannot know', () => {
    expect(infer('2019-01-01')).toBeUndefined();
    expect(infer('2019-01-01T00:00:00', '2019-01-01T00:00:17')).toBeUndefined();
  });
});

describe('months from their last days', () => {
  const days = (first: string, months: number, count: number): string[] =>
    Array.from({ length: count }, (_, step) =>
      new Date(addMonths(at(first), step * months)).toISOString().slice(0, 10),
    );

  it('keep the day of the first, limited to the month', () => {
    expect(days('2021-10-31', 1, 7)).toEqual([
      '2021-10-31',
      '2021-11-30',
      '2021-12-31',
      '2022-01-31',
      '2022-02-28',
      '2022-03-31',
      '2022-04-30',
    ]);
    expect(days('2021-12-30', 1, 4)).toEqual(['2021-12-30', '2022-01-30', '2022-02-28', '2022-03-30']);
    expect(days('2021-11-30', 3, 3)).toEqual(['2021-11-30', '2022-02-28', '2022-05-30']);
    expect(days('2020-02-29', 12, 5)).toEqual(['2020-02-29', '2021-02-28', '2022-02-28', '2023-02-28', '2024-02-29']);
    expect(new Date(addMonths(at('2022-03-31T07:30'), -1)).toISOString()).toBe('2022-02-28T07:30:00.000Z');
  });

  it('are inferred, with their day, from any window', () => {
    for (const first of [28, 29, 30, 31]) {
      const all = Array.from({ length: 40 }, (_, step) => addMonths(at(`2019-10-${first}`), step));
      for (let from = 0; from < 30; from++) {
        for (const length of [3, 5, 9]) {
          const timestamps = all.slice(from, from + length);
          const start = timestamps[0]!;
          const frequency = inferFrequency([
            { start: all[0]!, timestamps: [] },
            { start, timestamps },
          ]);
          expect(frequency?.text, `${first} ${from} ${length}`).toBe('M');
          for (const [step, time] of timestamps.entries()) expect(stepOf(frequency!, start, time)).toBe(step + 1);
          // a window whose own times show the day
          const { day } = inferFrequency([{ start: all[0]!, timestamps: all.slice(0, 4) }])!;
          expect(day).toBe(first);
          const known = { ...frequency!, day: first };
          expect(timestamps.map((_, step) => addSteps(known, start, step))).toEqual(timestamps);
        }
      }
    }
  });
});

describe('stepOf and addSteps', () => {
  it('are inverses, in fixed and calendar units', () => {
    for (const text of ['1min', '15min', 'H', '6H', 'D', 'W', 'M', '3M', 'Y', '2Y']) {
      const frequency = parseFrequency(text)!;
      expect(frequency.text).toBe(text);
      for (const start of [at('2020-01-31'), at('2020-02-29'), at('2019-12-15T07:30')]) {
        for (let steps = 0; steps < 40; steps++) {
          expect(stepOf(frequency, start, addSteps(frequency, start, steps)), `${text} ${steps}`).toBe(steps + 1);
        }
      }
    }
  });

  it('return null off the frequency and before the start', () => {
    const hour = makeFrequency('hour', 1);
    expect(stepOf(hour, 0, 1_800_000)).toBeNull();
    expect(stepOf(hour, 3_600_000, 0)).toBeNull();
    expect(stepOf(makeFrequency('month', 1), at('2019-01-01'), at('2019-02-02'))).toBeNull();
    expect(stepOf(makeFrequency('month', 2), at('2019-01-01'), at('2019-02-01'))).toBeNull();
    expect(parseFrequency('0H')).toBeUndefined();
  });
});
