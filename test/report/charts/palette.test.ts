import { describe, expect, it } from 'vitest';
import { chartStyle } from '#src/report/charts/chart-style.js';
import { color, palette, type ColorName } from '#src/report/charts/palette.js';

const names = Object.keys(palette) as ColorName[];
const schemes = ['light', 'dark'] as const;
/** Marks that stand for data, each pair of which meets in a chart. */
const series = ['text', 'first', 'second', 'third'] as const;

describe.each(schemes)('the %s palette', (scheme) => {
  const background = palette.background[scheme];

  it.each(names)('has enough contrast for what it is for: %s', (name) => {
    const least = { background: 1, decoration: 1, mark: 3, text: 4.5 }[palette[name].role];
    expect(contrast(palette[name][scheme], background)).toBeGreaterThanOrEqual(least);
  });

  it.each(Object.keys(deficiencies))('is told apart with %s', (deficiency) => {
    const seen = series.map((name) => toLab(simulate(parse(palette[name][scheme]), deficiency)));
    for (const [at, one] of seen.entries()) {
      for (const other of seen.slice(at + 1)) expect(distance(one, other)).toBeGreaterThan(30);
    }
  });
});

describe('the style sheet of charts', () => {
  it('has every colour in both schemes, and prints in light ones', () => {
    for (const name of names) {
      const { property, light, dark } = palette[name];
      expect(chartStyle.split(`${property}:${light}`)).toHaveLength(2);
      expect(chartStyle.split(`${property}:${dark}`)).toHaveLength(2);
      expect(color(name)).toBe(`var(${property}, ${light})`);
    }
    expect(chartStyle).toMatch(/@media \(prefers-color-scheme:dark\)\{@media screen\{/);
  });
});

type Rgb = readonly [number, number, number];

/** Channels from 0 to 1, linear in light. */
function parse(text: string): Rgb {
  const channel = (at: number): number => {
    const value = Number.parseInt(text.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05). */
function contrast(one: string, other: string): number {
  const luminance = (text: string): number => multiply([0.2126, 0.7152, 0.0722], parse(text));
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes (2009), full severity; on linear channels. */
const deficiencies: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  'full colour vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function simulate(rgb: Rgb, deficiency: string): Rgb {
  const [red, green, blue] = deficiencies[deficiency] ?? [rgb, rgb, rgb];
  const bound = (value: number): number => Math.min(1, Math.max(0, value));
  return [bound(multiply(red, rgb)), bound(multiply(green, rgb)), bound(multiply(blue, rgb))];
}

/** CIE L*a*b* under D65. */
function toLab(rgb: Rgb): Rgb {
  const f = (value: number): number =>
    value > 216 / 24_389 ? Math.cbrt(value) : (value * 24_389) / 27 / 116 + 16 / 116;
  const x = f(multiply([0.4124, 0.3576, 0.1805], rgb) / 0.9505);
  const y = f(multiply([0.2126, 0.7152, 0.0722], rgb));
  const z = f(multiply([0.0193, 0.1192, 0.9505], rgb) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ΔE of 1976; about 2 can just be seen. */
function distance([l, a, b]: Rgb, [l2, a2, b2]: Rgb): number {
  return Math.hypot(l - l2, a - a2, b - b2);
}

function multiply([a, b, c]: Rgb, [x, y, z]: Rgb): number {
  return a * x + b * y + c * z;
}
