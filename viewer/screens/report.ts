import scriptUrl from 'virtual:report-script';
import { element } from '../dom.ts';
import type { SavedFormat } from '../engine/messages.ts';
import { button } from './frame.ts';

/** What can be done with a report. */
export interface ReportActions {
  readonly onSave: (format: SavedFormat) => void;
  readonly onBack: () => void;
  readonly onOther: () => void;
}

const formats: readonly (readonly [SavedFormat, string])[] = [
  ['html', 'One HTML file'],
  ['markdown', 'Markdown'],
  ['csv', 'CSV'],
  ['json', 'JSON'],
];

/**
 * The report within the page, below its own tools: the very nodes of the one-file HTML, with its style, which is that of the whole
 * page, and its script. Not in a frame: so it has one outline for screen readers, one scroll, is found by the browser's
 * search, and prints page by page. The policy of this page, which allows no inline script and no inline style,
 * holds for it, and a parsed document runs nothing.
 */
export function reportScreen(
  html: string,
  { onSave, onBack, onOther }: ReportActions,
): { readonly element: HTMLElement; readonly title: string; readonly begin: () => void } {
  const parsed = new DOMParser().parseFromString(withoutStyle(html), 'text/html');
  for (const script of parsed.querySelectorAll('script')) script.remove();
  const tools = element(
    'section',
    { class: 'report-tools', 'aria-label': 'What to do with this report' },
    button('Back to the exports', onBack),
    button('Open other files', onOther),
    element('span', { class: 'save', id: 'save-as' }, 'Save as'),
    formats.map(([format, text]) => {
      const save = button(text, () => onSave(format));
      save.setAttribute('aria-label', `Save as ${text}`);
      return save;
    }),
    button('Print', () => print()),
  );
  const shown = element(
    'div',
    { class: 'shown-report' },
    [...parsed.body.childNodes].map((node) => document.adoptNode(node)),
  );
  const screen = element('div', {}, tools, shown);
  // it sorts and filters the tables that are in the document when it runs
  const begin = (): void => screen.append(element('script', { src: scriptUrl }));
  return { element: screen, title: parsed.title, begin };
}

/** The first style is the page's own, in its head: text of the data comes after it, and is escaped. */
function withoutStyle(html: string): string {
  const [from, to] = [html.indexOf('<style>'), html.indexOf('</style>')];
  return from < 0 || to < from ? html : html.slice(0, from) + html.slice(to + '</style>'.length);
}
