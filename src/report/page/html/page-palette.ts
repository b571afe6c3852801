import { palette, type PaletteColor } from '../../charts/palette.ts';

/** The name of a colour of the page. */
export type PageColor =
  | 'background'
  | 'surface'
  | 'text'
  | 'muted'
  | 'line'
  | 'edge'
  | 'accent'
  | 'good'
  | 'goodSurface'
  | 'warn'
  | 'warnSurface'
  | 'bad'
  | 'badSurface';

/**
 * Every colour of the page in both schemes; those of charts are theirs. `test/report/page/contrast.test.ts` computes the contrast
 * of each text with what it stands on.
 */
export const pagePalette: Readonly<Record<PageColor, PaletteColor>> = {
  background: { ...palette.background, property: '--background' },
  surface: { property: '--surface', light: '#f6f7f9', dark: '#1c2026', role: 'background' },
  text: { ...palette.text, property: '--text' },
  muted: { ...palette.muted, property: '--muted' },
  line: { ...palette.grid, property: '--line' },
  edge: { ...palette.axis, property: '--edge' },
  accent: { ...palette.first, property: '--accent' },
  good: { property: '--good', light: '#1a6b34', dark: '#6fd38d', role: 'text' },
  goodSurface: { property: '--good-surface', light: '#eaf6ed', dark: '#15261b', role: 'background' },
  warn: { property: '--warn', light: '#7a4f00', dark: '#ecbd5b', role: 'text' },
  warnSurface: { property: '--warn-surface', light: '#fdf4e0', dark: '#2a2213', role: 'background' },
  bad: { property: '--bad', light: '#a8201a', dark: '#ff9d94', role: 'text' },
  badSurface: { property: '--bad-surface', light: '#fdeceb', dark: '#301a19', role: 'background' },
};

/** Custom properties of both palettes, for one scheme. */
export function colorProperties(scheme: 'light' | 'dark'): string {
  return [...Object.values(palette), ...Object.values(pagePalette)]
    .map((each) => `${each.property}:${each[scheme]}`)
    .join(';');
}
