import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { labelOf } from './labels.mjs';

const shown = [
  'CSV to summary by window',
  'Parquet to summary by window',
  'CSV to Parquet',
  'Parquet to CSV',
  'CSV to Arrow',
  'Parquet to Arrow',
];
const leftOut = /^(?:plain-read|duckdb-as-is|ours-unproven|ours-batches)/;

const look = { fill: '#1f2328', 'font-family': 'system-ui, sans-serif', 'font-size': '12', 'text-anchor': 'middle' };

/** Bars of MB/s by contender, a small plot for each direction, as one SVG. Contenders far behind keep their bar, not a scale of their own. */
export function plotDirections(directions, cores) {
  const { document } = parseHTML('<svg xmlns="http://www.w3.org/2000/svg"></svg>');
  const root = document.querySelector('svg');
  let top = 0;
  for (const { title, contenders } of directions) {
    if (!shown.includes(title)) continue;
    const rows = contenders
      .filter(({ name }) => !leftOut.test(name))
      .map(({ name, megabytesPerSecond }) => ({
        label: labelOf(name, cores).replaceAll('`', ''),
        speed: megabytesPerSecond,
        ours: name.startsWith('ours'),
      }));
    const height = 40 + rows.length * 18;
    const chart = Plot.plot({
      document,
      width: 760,
      height,
      marginLeft: 260,
      marginRight: 60,
      marginTop: 26,
      x: { label: null, axis: null },
      y: { label: null, domain: rows.map(({ label }) => label), tickSize: 0 },
      marks: [
        Plot.barX(rows, {
          x: 'speed',
          y: 'label',
          fill: ({ ours }) => (ours ? '#1f6feb' : '#8c959f'),
          insetTop: 2,
          insetBottom: 2,
        }),
        Plot.text(rows, {
          x: 'speed',
          y: 'label',
          text: ({ speed }) => speed.toFixed(speed < 10 ? 1 : 0),
          textAnchor: 'start',
          dx: 4,
        }),
        Plot.text([`${title}, MB/s of CSV`], {
          frameAnchor: 'top-left',
          dy: -22,
          dx: -250,
          fontWeight: 'bold',
          fontSize: 13,
        }),
      ],
    });
    const svg = chart.tagName.toLowerCase() === 'svg' ? chart : chart.querySelector('svg');
    const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    group.setAttribute('transform', `translate(0,${top})`);
    // its own style is for a page, and would size the whole picture
    group.append(...[...svg.childNodes].filter(({ nodeName }) => nodeName.toLowerCase() !== 'style'));
    root.appendChild(group);
    top += height + 14;
  }
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of [
    ['width', '760'],
    ['height', String(top)],
    ['fill', 'white'],
  ])
    paper.setAttribute(name, value);
  root.prepend(paper);
  for (const [name, value] of Object.entries(look)) root.setAttribute(name, value);
  root.setAttribute('width', '760');
  root.setAttribute('height', String(top));
  root.setAttribute('viewBox', `0 0 760 ${top}`);
  return `${root.outerHTML.replaceAll('currentColor', look.fill)}\n`;
}
