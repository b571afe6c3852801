import type { Page, PageSection, Verdict } from '../model.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { sha256Base64 } from './sha-256.ts';

/** A section with its blocks as HTML. */
export interface RenderedSection extends Pick<PageSection, 'id' | 'title' | 'reading'> {
  readonly blocks: readonly RenderedBlock[];
}

/** A block as HTML. */
export interface RenderedBlock {
  readonly isChart: boolean;
  /** As in the block that it is of. */
  readonly drop: number;
  readonly markup: Markup;
}

/** The parts of a page as HTML. */
export interface RenderedParts {
  readonly lead: Markup | undefined;
  readonly sections: readonly RenderedSection[];
}

/** The whole page; `left` says what was left out of it, if anything. */
export function renderPage(page: Page, title: string, { lead, sections }: RenderedParts, left?: string): string {
  const shown = sections.filter(({ blocks, reading }) => blocks.length > 0 || reading !== undefined);
  const links = [leadLink, ...shown].map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="generator" content="backtest-export">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<div class="page">
<header class="top">
<p class="eyebrow">Backtest report</p>
<h1><bdi>${page.title}</bdi></h1>
<p class="subtitle">${page.subtitle}</p>
${renderVerdict(page.verdict)}
</header>
<div class="columns">
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main id="report" tabindex="-1">
${renderLead(page, lead, left)}
${shown.map(renderSection)}
</main>
</div>
<footer>
${page.made.map((line) => markup`<p>${line}</p>`)}
<p>This page loads nothing and sends nothing.</p>
</footer>
</div>
<script>${trusted(pageScript)}</${scriptEnd}
</body>
</html>
`.text;
}

/** Apart: of a template with the whole tag bundlers make a call to a helper, from a package that is not there. */
const scriptEnd = trusted('script>');

/** Nothing but the page's own style and script, which it names by their hashes. */
function policy(): string {
  const hash = (text: string): string => `'sha256-${sha256Base64(text)}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(pageStyle)}`,
    `script-src ${hash(pageScript)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const leadLink = { id: 'findings', title: 'What stands out' };
const marks = { sound: '✓', warnings: '!', incomplete: '?', errors: '×' } as const;

function renderVerdict({ kind, title, meaning }: Verdict): Markup {
  return markup`<div class="verdict ${kind}">
<p class="mark" aria-hidden="true">${marks[kind]}</p>
<p><strong>${title}</strong></p>
<p class="meaning">${meaning} <a href="#export">Findings and what was not checked</a></p>
</div>`;
}

function renderLead({ findings, tiles }: Page, chart: Markup | undefined, left: string | undefined): Markup {
  const items = findings.map((finding) => markup`<li>${finding}</li>`);
  const shown = tiles.map(
    ({ name, value, meaning }) =>
      markup`<div class="tile"><dt>${name}</dt><dd class="value">${value}</dd><dd class="about">${meaning}</dd></div>\n`,
  );
  return markup`<section class="lead" id="${leadLink.id}" aria-labelledby="${leadLink.id}-title">
<h2 id="${leadLink.id}-title">${leadLink.title}</h2>
${items.length === 0 ? markup`<p>No figure could be computed.</p>` : markup`<ul class="findings">${items}</ul>`}
${shown.length === 0 ? undefined : markup`<dl class="tiles">${shown}</dl>`}
${chart}
${left === undefined ? undefined : markup`<p class="more">${left}</p>`}
</section>`;
}

function renderSection({ id, title, reading, blocks }: RenderedSection): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${reading === undefined ? undefined : markup`<p class="reading">${reading}</p>\n`}${groupCharts(blocks)}</section>
`;
}

/** Charts that follow each other stand beside each other, as far as there is room. */
function groupCharts(blocks: readonly RenderedBlock[]): Markup[] {
  const groups: Markup[] = [];
  let run: Markup[] = [];
  const close = (): void => {
    if (run.length > 0) groups.push(markup`<div class="charts">${run}</div>\n`);
    run = [];
  };
  for (const { isChart, markup } of blocks) {
    if (isChart) {
      run.push(markup);
    } else {
      close();
      groups.push(markup);
    }
  }
  close();
  return groups;
}
