import { showBytes, showCount, showText, showTime } from '#src/show/values/show-value.js';
import { element, type Child } from '../dom.ts';
import type { Choice, ListedExport, Listing } from '../engine/messages.ts';
import { button, frame } from './frame.ts';
import { choiceFields } from './choice-fields.ts';
import { nameOf } from './name-export.ts';

/** What can be done with a list. */
export interface ListingActions {
  readonly onReport: (choice: Choice) => void;
  readonly onOther: () => void;
}

/** The exports that were found, what is odd about them, and what the report is to show. */
export function listingScreen(
  listing: Listing,
  last: Choice | undefined,
  { onReport, onOther }: ListingActions,
): HTMLElement {
  const { exports, name } = listing;
  const other = button('Open other files', onOther);
  if (exports.length === 0) {
    return frame(
      'No export was found',
      ['In ', quote(name)],
      element(
        'p',
        { class: 'reading' },
        'An export is a folder with the folders forecasted-values and accuracy-metrics-values, or the part files of either, under the names that Forecast gave them.',
      ),
      leftOut(listing),
      element('p', { class: 'buttons' }, other),
    );
  }
  const { fields, read } = choiceFields(exports, last);
  const form = element(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        onReport(read());
      },
    },
    element(
      'fieldset',
      { class: 'exports' },
      element('legend', {}, exports.length === 1 ? 'The export' : 'Show the report of'),
      exports.map((found) =>
        exportRow(found, exports.length === 1, found.index === (last?.index ?? exports.at(-1)?.index)),
      ),
    ),
    fields,
    element('p', { class: 'buttons' }, element('button', { type: 'submit', class: 'main' }, 'Show the report'), other),
  );
  return frame(`${showCount(exports.length, 'export')} found`, ['In ', quote(name)], form, leftOut(listing));
}

function exportRow(found: ListedExport, isOnly: boolean, checked: boolean): HTMLElement {
  const id = `export-${found.index}`;
  const facts = [
    found.exportedAt === null ? undefined : `exported ${showTime(found.exportedAt)}`,
    found.formats.join(' and '),
    showCount(found.parts, 'part'),
    showBytes(found.bytes),
    found.folder === '' ? undefined : `in ${showText(found.folder)}`,
    found.complete ? undefined : 'may be incomplete',
  ].filter((fact) => fact !== undefined);
  return element(
    'div',
    { class: isOnly ? 'export only' : 'export' },
    isOnly
      ? undefined
      : element('input', {
          type: 'radio',
          name: 'export',
          id,
          value: found.index,
          checked,
          'aria-describedby': `${id}-facts`,
        }),
    element(
      'div',
      {},
      isOnly
        ? element('p', { class: 'facts-line name' }, element('bdi', {}, nameOf(found)))
        : element('label', { for: id }, element('bdi', {}, nameOf(found))),
      element(
        'div',
        { id: `${id}-facts` },
        element('p', { class: 'facts-line' }, facts.join(' · ')),
        found.warnings.length === 0
          ? undefined
          : element(
              'ul',
              { class: 'oddities' },
              found.warnings.map(({ code, message }) =>
                element('li', {}, element('strong', {}, code), ' ', element('bdi', {}, message)),
              ),
            ),
      ),
    ),
  );
}

function leftOut({ foreign, foreignCount, problems }: Listing): Child {
  if (foreignCount === 0 && problems.length === 0) return undefined;
  const places = [
    ...problems.map(({ folder, message }) => element('li', {}, quote(folder), ': ', element('bdi', {}, message))),
    ...foreign.map(({ path, reason }) => element('li', {}, quote(path), ': ', element('bdi', {}, showText(reason)))),
  ];
  return element(
    'section',
    { class: 'left-out', 'aria-labelledby': 'left-out-title' },
    element('h2', { id: 'left-out-title' }, 'What else is there'),
    element('ul', {}, places),
    foreignCount > foreign.length ? element('p', {}, `and ${foreignCount - foreign.length} more`) : undefined,
  );
}

/** Text of the data: what is not seen becomes visible, and its direction stays its own. */
function quote(text: string): HTMLElement {
  return element('bdi', {}, showText(text));
}
