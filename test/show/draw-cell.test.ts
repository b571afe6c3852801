import { describe, expect, it } from 'vitest';
import { asciiMarks, blockMarks, drawCell, extendTo, type Extent } from '#src/show/layout/draw-cell.js';
import type { Drawing } from '#src/show/layout/drawing.js';
import { textWidth } from '#src/show/values/text-width.js';

/** The cells of one column, each as text between bars. */
function drawColumn(drawings: readonly Drawing[], width: number, marks = blockMarks): string[] {
  const extents: Extent[] = [];
  for (const drawing of drawings) extendTo(extents, [drawing]);
  return drawings.map((drawing) => drawCell(drawing, width, extents[0] ?? { least: 0, most: 0 }, marks));
}

const bars = (...values: (number | null)[]): Drawing[] => values.map((value) => ({ kind: 'bar', value }));

describe('drawings', () => {
  it('fill exactly their width, whatever the values', () => {
    const strange = [null, Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 5e-324, -1.7e308, 1.7e308, 1];
    const drawings: Drawing[] = strange.flatMap((value): Drawing[] => [
      { kind: 'bar', value },
      { kind: 'gauge', value, target: 0.5 },
      { kind: 'gauge', value: 0.5, target: value ?? 2 },
      { kind: 'box', least: value, low: 0, middle: 0, high: 0, greatest: 1 },
      { kind: 'box', least: -1, low: value, middle: value, high: value, greatest: value },
      { kind: 'spark', values: strange.slice(strange.indexOf(value)) },
      { kind: 'shares', won: value === 1 ? 1 : 0, tied: 0, lost: 0 },
    ]);
    for (const marks of [blockMarks, asciiMarks]) {
      for (const width of [1, 2, 7, 20]) {
        for (const drawing of drawings) {
          const [text = ''] = drawColumn([drawing], width, marks);
          expect(textWidth(text), JSON.stringify(drawing)).toBe(width);
        }
      }
    }
  });

  it('are bars of one scale, in eighths', () => {
    expect(drawColumn(bars(8, 4, 1, 0, null, Number.NaN), 2)).toEqual(['██', '█ ', '▎ ', '  ', '  ', '  ']);
    expect(drawColumn(bars(8, 4, 1), 4, asciiMarks)).toEqual(['####', '##  ', '#   ']);
  });

  it('are bars to both sides where a value is negative, the greatest distance at the edge', () => {
    expect(drawColumn(bars(4, -2, 0), 9)).toEqual(['    │████', '  ██│    ', '    │    ']);
    expect(drawColumn(bars(1, -2), 5, asciiMarks)).toEqual(['  |# ', '##|  ']);
    expect(drawColumn(bars(2, -2), 6)).toEqual(['  │██ ', '██│   ']);
  });

  it('are shares beside the share that they should be', () => {
    const gauge = (value: number | null, target: number): Drawing => ({ kind: 'gauge', value, target });
    const drawings = [gauge(0.3, 0.5), gauge(0.8, 0.5), gauge(1, 1), gauge(0, 0), gauge(null, 0.5)];
    expect(drawColumn(drawings, 10)).toEqual(['━━━  ┃    ', '━━━━━┃━━  ', '━━━━━━━━━┃', '┃         ', '          ']);
  });

  it('are spreads on a scale of their own', () => {
    const box = (low: number, middle: number, high: number): Drawing => ({
      kind: 'box',
      least: 10,
      low,
      middle,
      high,
      greatest: 20,
    });
    expect(drawColumn([box(12, 14, 17), box(10, 10, 20)], 10)).toEqual(['──━━┃━━━──', '┃━━━━━━━━━']);
    // all alike: nothing is spread
    expect(drawColumn([{ kind: 'box', least: 1, low: 1, middle: 1, high: 1, greatest: 1 }], 4)).toEqual(['    ']);
  });

  it('are sparklines from 0, with gaps, and means where there is no room', () => {
    expect(drawColumn([{ kind: 'spark', values: [0, 1, null, 4, 7] }], 6)).toEqual(['▁▂ ▅█ ']);
    expect(drawColumn([{ kind: 'spark', values: [0, 2, 7, 7, null, null] }], 3)).toEqual(['▂█ ']);
    expect(drawColumn([{ kind: 'spark', values: [-1, 1, 0] }], 3, asciiMarks)).toEqual(['_@+']);
    expect(drawColumn([{ kind: 'spark', values: [0, 0] }], 3)).toEqual(['▁▁ ']);
  });

  it('are parts of a whole', () => {
    expect(drawColumn([{ kind: 'shares', won: 5, tied: 1, lost: 4 }], 10)).toEqual(['█████▒░░░░']);
    expect(drawColumn([{ kind: 'shares', won: 0, tied: 0, lost: 0 }], 3, asciiMarks)).toEqual(['   ']);
  });
});
