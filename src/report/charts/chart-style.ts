import { palette, type PaletteColor } from './palette.ts';

const colors: readonly PaletteColor[] = Object.values(palette);

/**
 * The style sheet that a page with charts needs: the colours of both schemes and how charts fill their place. Paper has the light
 * ones. Without it, charts have the light colours and their own size.
 */
export const chartStyle: string = `:root{color-scheme:light dark;${properties('light')}}
@media (prefers-color-scheme:dark){@media screen{:root{${properties('dark')}}}}
.chart{display:block;width:100%;height:auto;max-width:35rem;overflow:visible;print-color-adjust:exact}
.chart-wide{max-width:50rem}
.chart text{white-space:pre}
@media (max-width:30rem){.chart-wide text{font-size:15px}}
`;

function properties(scheme: 'light' | 'dark'): string {
  return colors.map((each) => `${each.property}:${each[scheme]}`).join(';');
}
