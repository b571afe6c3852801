import type { Report } from '../base/report.ts';
import type { DrawnReport } from '../charts/chart.ts';
import { drawReport } from '../charts/draw-report.ts';
import { composePage, documentTitle } from './compose-page.ts';
import { renderBlock } from './html/render-blocks.ts';
import { renderPage, type RenderedBlock, type RenderedParts } from './html/render-page.ts';
import type { Page } from './model.ts';
import { checkPage, type PageOptions } from './page-options.ts';
import { countOf } from './words/measures.ts';

/** Most bytes of a page. */
const mostBytes = 2_950_000;
/** Most rows of a table, and fewer where the page would be too large. */
const rowLimits: readonly number[] = [1000, 300, 100, 30];

/** What `reportToHtml` does. */
export async function writeHtml(report: Report, options: PageOptions): Promise<string> {
  await checkPage('reportToHtml', report, options);
  return pageWithin(report, options, await drawReport(report, options.signal), mostBytes);
}

/** The most detailed page of at most `limit` bytes: first with shorter tables, then without the least important blocks. */
export function pageWithin(report: Report, options: PageOptions, charts: DrawnReport, limit: number): string {
  const title = documentTitle(report);
  let text = '';
  for (const most of rowLimits) {
    const page = composePage(report, options, most);
    const parts = renderParts(page, charts);
    text = renderPage(page, title, parts);
    const excess = byteLength(text) - limit;
    if (excess > 0 && most === rowLimits.at(-1)) text = withoutLeast(page, title, parts, excess);
    if (excess <= 0) break;
  }
  return text;
}

/** Leaves out blocks, the least important first, until the page is smaller by `excess` bytes, and says how many. */
function withoutLeast(page: Page, title: string, { lead, sections }: RenderedParts, excess: number): string {
  const droppable = sections.flatMap(({ blocks }) => blocks).filter(({ drop }) => drop > 0);
  const left = new Set<RenderedBlock>();
  let bytes = 0;
  for (const block of droppable.toSorted((a, b) => b.drop - a.drop)) {
    if (bytes >= excess + noteBytes) break;
    left.add(block);
    bytes += byteLength(block.markup.text);
  }
  const kept = sections.map((section) => ({ ...section, blocks: section.blocks.filter((block) => !left.has(block)) }));
  const note = `To keep the page small, ${left.size} of ${countOf(droppable.length, 'chart or table', 'charts and tables')} ${left.size === 1 ? 'was' : 'were'} left out and long tables were cut: the JSON report (--format json) has every figure.`;
  return renderPage(page, title, { lead, sections: kept }, note);
}

/** Room for the note. */
const noteBytes = 1000;

function renderParts({ lead, sections }: Page, charts: DrawnReport): RenderedParts {
  let tables = 0;
  const parts = { charts, nextTable: () => ++tables };
  const first = lead && renderBlock(lead, parts);
  const others = sections.map(({ id, title, reading, blocks }) => ({
    id,
    title,
    reading,
    blocks: blocks.flatMap((block) => {
      const markup = renderBlock(block, parts);
      return markup === undefined ? [] : [{ markup, drop: block.drop, isChart: markup.text.startsWith('<figure') }];
    }),
  }));
  return { lead: first, sections: others };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
