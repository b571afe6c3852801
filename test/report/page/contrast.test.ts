import { expect, it } from 'vitest';
import { pagePalette, type PageColor } from '#src/report/page/html/page-palette.js';
import { pageStyle } from '#src/report/page/html/page-style.js';

/** Relative luminance and contrast after WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const texts: readonly (readonly [PageColor, PageColor])[] = [
  ['text', 'background'],
  ['text', 'surface'],
  ['muted', 'background'],
  ['muted', 'surface'],
  ['accent', 'background'],
  ['accent', 'warnSurface'],
  ['accent', 'goodSurface'],
  ['accent', 'badSurface'],
  ['text', 'goodSurface'],
  ['text', 'warnSurface'],
  ['text', 'badSurface'],
  ['good', 'goodSurface'],
  ['warn', 'warnSurface'],
  ['bad', 'badSurface'],
];

it.each(['light', 'dark'] as const)('has enough contrast for every text and edge, %s', (scheme) => {
  const ratio = ([one, other]: readonly [PageColor, PageColor]): number =>
    contrast(pagePalette[one][scheme], pagePalette[other][scheme]);
  expect(texts.filter((pair) => ratio(pair) < 4.5)).toEqual([]);
  expect(ratio(['edge', 'background'])).toBeGreaterThanOrEqual(3);
});

it('has no colour but those of the palette, and each is used', () => {
  const used = [...pageStyle.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  const known = Object.values(pagePalette).map(({ property }) => property);
  expect(used.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !used.includes(name))).toEqual([]);
  expect(pageStyle.match(/(?<!:)#[\da-f]{3,8}\b/gi)).toBeNull();
});
