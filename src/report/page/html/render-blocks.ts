import { escapeUnsafe } from '../../../quote-text.ts';
import { cutToWidth } from '../../../show/values/text-width.ts';
import type { Chart, DrawnReport } from '../../charts/chart.ts';
import type { Block, ChartBlock, ChartPlace, FactBlock, NoteBlock, PageColumn, TableBlock } from '../model.ts';
import { countOf } from '../words/measures.ts';
import { markup, trusted, type Markup } from './markup.ts';

/** What a page is made with. */
export interface PageParts {
  readonly charts: DrawnReport;
  /** Gives each table its number, for ids that are there once. */
  readonly nextTable: () => number;
}

/** A block as HTML; undefined where there is nothing to show. */
export function renderBlock(block: Block, parts: PageParts): Markup | undefined {
  if (block.kind === 'facts') return renderFacts(block);
  if (block.kind === 'notes') return renderNotes(block);
  if (block.kind === 'table') return block.folded === true ? foldedTable(block, parts) : renderTable(block, parts);
  return renderChart(block, parts);
}

/** The chart of a block, if there is one. */
function chartAt(charts: DrawnReport, place: ChartPlace): Chart | undefined {
  return 'index' in place ? charts[place.name][place.index] : charts[place.name];
}

function renderFacts({ facts }: FactBlock): Markup {
  return markup`<dl class="facts">${facts.map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`)}</dl>\n`;
}

function renderNotes({ title, notes }: NoteBlock): Markup {
  return markup`<div class="notes"><h3>${title}</h3><ul>${notes.map((note) => markup`<li>${note}</li>\n`)}</ul></div>\n`;
}

/** A table in a box of its own, in which a wide one is scrolled; the box takes the focus, so that keys can do it. */
function renderTable({ caption, columns, rows, totals = 0, more }: TableBlock, parts: PageParts): Markup {
  const id = `table-${parts.nextTable()}`;
  const head = columns.map((column) =>
    column.header === '' ? markup`<td></td>` : markup`<th scope="col"${className(column)}>${column.header}</th>`,
  );
  const body = rows.map((row) => renderRow(row, columns));
  const top = totals === 0 ? undefined : markup`<tbody class="total">${body.slice(0, totals)}</tbody>`;
  const left =
    more === 0
      ? undefined
      : markup`<p class="more">and ${countOf(more, 'more row')}, in the JSON report (--format json)</p>`;
  return markup`<div class="table"><div class="scroll" role="group" tabindex="0" aria-labelledby="${id}">
<table><caption id="${id}"><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead>
${top}<tbody>${body.slice(totals)}</tbody></table>
</div>${left}</div>\n`;
}

function renderRow(row: readonly string[], columns: readonly PageColumn[]): Markup {
  const cells = columns.map((column, index) => {
    const text = row[index] ?? '';
    const shown = column.kind === 'name' ? renderName(text) : text;
    return index === 0
      ? markup`<th scope="row"${className(column)}>${shown}</th>`
      : markup`<td${className(column)}>${shown}</td>`;
  });
  return markup`<tr>${cells}</tr>\n`;
}

const classNames = { number: ' class="n"', name: ' class="name"', prose: ' class="prose"', text: '' } as const;

function className({ kind }: PageColumn): Markup {
  return trusted(classNames[kind]);
}

const shownWidth = 48;
const longestTitle = 200;
const longestRead = 2000;

/** A text of the data, cut where it is long; the whole of it when it is pointed at, unless it is very long. */
function renderName(text: string): Markup {
  const shown = cutToWidth(escapeUnsafe(text.slice(0, longestRead)), shownWidth);
  if (text.length > longestTitle) return markup`<bdi>${shown}</bdi> (${countOf(text.length, 'character')})`;
  return shown === escapeUnsafe(text) ? markup`<bdi>${shown}</bdi>` : markup`<bdi title="${text}">${shown}</bdi>`;
}

/** Rows beyond which a folded table is not printed. */
const mostPrinted = 40;

/** A chart with its title and description, and folded beneath it the figures that it shows; the figures alone without a chart. */
function renderChart(block: ChartBlock, parts: PageParts): Markup | undefined {
  const { table, title, isHeading = false, text } = block;
  const chart = chartAt(parts.charts, block.chart);
  if (chart === undefined) return table && renderTable(table, parts);
  const isWide = chart.svg.includes('class="chart chart-wide"');
  const name = isHeading ? title : chart.title;
  return markup`<figure${isWide ? trusted(' class="wide"') : undefined}>
<figcaption><h3><bdi>${name}</bdi></h3>${text === undefined ? undefined : markup`<p>${text}</p>`}<p>${chart.description}</p></figcaption>
<div class="drawing" role="group" tabindex="0" aria-label="Chart: ${name}">${trusted(chart.svg)}</div>
${table && foldedTable(table, parts)}</figure>\n`;
}

function foldedTable(table: TableBlock, parts: PageParts): Markup {
  const long = table.rows.length > mostPrinted ? trusted(' class="long"') : undefined;
  return markup`<details${long}><summary>Figures: ${table.caption}</summary>${renderTable(table, parts)}</details>`;
}
