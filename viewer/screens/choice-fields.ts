import { element, type Attributes } from '../dom.ts';
import type { Choice, ListedExport } from '../engine/messages.ts';
import { placeOf } from './name-export.ts';

/** What items can be ranked by, as an option says it. Without a name it is what every export has: WAPE, or what takes its place. */
const metrics: readonly (readonly [name: string, text: string])[] = [
  ['', 'WAPE, or averageWQL without a point forecast'],
  ...['RMSE', 'MAE', 'MAPE', 'averageWQL', 'bias'].map((name) => [name, name] as const),
];

/** The fields for what a report shows beside the export itself; `read` gives what the reader has chosen. */
export function choiceFields(
  exports: readonly ListedExport[],
  last: Choice | undefined,
): { readonly fields: HTMLElement; readonly read: () => Choice } {
  const inputs = makeInputs(exports, last);
  const { items, rank, rows, under, over, others } = inputs;
  const compare = element(
    'fieldset',
    {},
    element('legend', {}, 'Compare it with'),
    others.map(({ label }) => label),
  );
  const costHint = 'With the next one: which quantile to stock by, and what it saves.';
  const fields = element(
    'details',
    { class: 'choices', open: last !== undefined },
    element('summary', {}, 'What the report shows'),
    exports.length > 1 ? compare : undefined,
    field('items', 'Items to draw, one id on a line', items, 'Besides the worst, a median and the best item.'),
    field('rank', 'Rank items by', rank),
    field('rows', 'Items in each list', rows),
    field('under', 'Cost of a unit that is missing', under, costHint),
    field('over', 'Cost of a unit that is left over', over),
  );
  return { fields, read: () => readChoice(inputs, exports[0]?.index ?? 0) };
}

interface Inputs {
  readonly items: HTMLTextAreaElement;
  readonly rank: HTMLSelectElement;
  readonly rows: HTMLInputElement;
  readonly under: HTMLInputElement;
  readonly over: HTMLInputElement;
  readonly others: readonly { readonly box: HTMLInputElement; readonly label: HTMLElement }[];
}

function makeInputs(exports: readonly ListedExport[], last: Choice | undefined): Inputs {
  const number = (id: string, more: Attributes): HTMLInputElement => element('input', { id, type: 'number', ...more });
  const text = last?.chosen?.join('\n') ?? '';
  return {
    items: element('textarea', { id: 'items', rows: 3, spellcheck: false, autocomplete: 'off' }, text),
    rank: element(
      'select',
      { id: 'rank' },
      metrics.map(([name, text]) => element('option', { value: name, selected: name === (last?.rankBy ?? '') }, text)),
    ),
    rows: number('rows', { min: 1, max: 1000, step: 1, value: last?.items ?? 10 }),
    under: number('under', { min: 0, step: 'any', value: last?.costs?.under }),
    over: number('over', { min: 0, step: 'any', value: last?.costs?.over }),
    others: exports.map((found) => {
      const checked = last?.others.includes(found.index);
      const box = element('input', { type: 'checkbox', value: found.index, checked });
      return { box, label: element('label', {}, box, element('bdi', {}, placeOf(found))) };
    }),
  };
}

/** What the fields say; `only` is the export where there is nothing to choose. */
function readChoice({ items, rank, rows, under, over, others }: Inputs, only: number): Choice {
  const picked = document.querySelector<HTMLInputElement>('input[name=export]:checked');
  const index = picked === null ? only : Number(picked.value);
  const chosen = items.value.split('\n').filter((line) => line !== '');
  const costs = { under: under.valueAsNumber, over: over.valueAsNumber };
  const compared = others.filter(({ box }) => box.checked).map(({ box }) => Number(box.value));
  const hasCosts = !Number.isNaN(costs.under) || !Number.isNaN(costs.over);
  return {
    index,
    others: compared.filter((other) => other !== index),
    ...(rank.value === '' ? {} : { rankBy: rank.value }),
    ...(Number.isNaN(rows.valueAsNumber) ? {} : { items: rows.valueAsNumber }),
    ...(chosen.length === 0 ? {} : { chosen }),
    ...(hasCosts ? { costs: { under: costs.under || 0, over: costs.over || 0 } } : {}),
  };
}

function field(id: string, label: string, input: HTMLElement, hint?: string): HTMLElement {
  if (hint !== undefined) input.setAttribute('aria-describedby', `${id}-hint`);
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, label),
    input,
    hint === undefined ? undefined : element('p', { id: `${id}-hint`, class: 'hint' }, hint),
  );
}
