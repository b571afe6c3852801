/** A colour of charts in both schemes, as `#rrggbb`. */
export interface PaletteColor {
  /** The custom property that charts name, such as `--chart-text`. */
  readonly property: string;
  readonly light: string;
  readonly dark: string;
  /** Text needs a contrast of 4.5 to 1 with the background, marks 3 to 1; what only decorates, none. */
  readonly role: 'background' | 'text' | 'mark' | 'decoration';
}

/** The name of a colour of the palette. */
export type ColorName = 'background' | 'text' | 'muted' | 'axis' | 'grid' | 'first' | 'second' | 'third';

/**
 * Every colour of the charts, the one place for both schemes. The first two series are blue and vermilion after Okabe and Ito (2008),
 * darkened or lightened until they are readable as text; `test/report/charts/palette.test.ts` computes contrasts, and distances as
 * people with each kind of colour blindness see them. Shapes and dashes tell marks apart as well.
 */
export const palette: Readonly<Record<ColorName, PaletteColor>> = {
  background: { property: '--chart-background', light: '#ffffff', dark: '#15181c', role: 'background' },
  text: { property: '--chart-text', light: '#1c2127', dark: '#e6e9ed', role: 'text' },
  muted: { property: '--chart-muted', light: '#5a636e', dark: '#a3adb8', role: 'text' },
  axis: { property: '--chart-axis', light: '#808a95', dark: '#77818c', role: 'mark' },
  grid: { property: '--chart-grid', light: '#e3e7eb', dark: '#2c3239', role: 'decoration' },
  first: { property: '--chart-series-1', light: '#0068a8', dark: '#5db8f0', role: 'text' },
  second: { property: '--chart-series-2', light: '#b54700', dark: '#f0a132', role: 'text' },
  third: { property: '--chart-series-3', light: '#7818d8', dark: '#f0486c', role: 'text' },
};

/** A colour as an attribute of SVG: `var(--chart-text, #1c2127)`, so that a chart outside of a page has the light colours. */
export function color(name: ColorName): string {
  const { property, light } = palette[name];
  return `var(${property}, ${light})`;
}
