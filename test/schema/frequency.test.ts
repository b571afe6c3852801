import { describe, expect, it } from 'vitest';
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

  it('is not led astray by a stray timestamp, over all windows', () => {
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

  it('admits that it does not know', () => {
    expect(infer('2019-01-01')).toBeUndefined();
    expect(infer('2019-01-01T00:00:00', '2019-01-01T00:00:17')).toBeUndefined();
  });
});

describe('stepOf and addSteps', () => {
  it('are mirrors, in fixed and calendar units', () => {
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

  it('give null off the frequency and before the start', () => {
    const hour = makeFrequency('hour', 1);
    expect(stepOf(hour, 0, 1_800_000)).toBeNull();
    expect(stepOf(hour, 3_600_000, 0)).toBeNull();
    expect(stepOf(makeFrequency('month', 1), at('2019-01-01'), at('2019-02-02'))).toBeNull();
    expect(stepOf(makeFrequency('month', 2), at('2019-01-01'), at('2019-02-01'))).toBeNull();
    expect(parseFrequency('0H')).toBeUndefined();
  });
});
