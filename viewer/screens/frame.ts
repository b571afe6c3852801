import { element, type Child } from '../dom.ts';

/** The frame of every screen but the report's: a heading and what is beneath. */
export function frame(heading: string, subtitle: Child, ...content: readonly Child[]): HTMLElement {
  return element(
    'div',
    { class: 'page viewer' },
    element(
      'header',
      { class: 'top' },
      element('p', { class: 'eyebrow' }, 'Backtest export viewer'),
      element('h1', {}, heading),
      subtitle === undefined ? undefined : element('p', { class: 'subtitle' }, subtitle),
    ),
    element('main', {}, content),
    element('footer', {}, element('p', {}, 'Files are read on this machine, and nothing leaves it.')),
  );
}

/** A button; a screen has one that is `main`. */
export function button(text: string, onclick: () => void, kind: 'main' | 'plain' = 'plain'): HTMLButtonElement {
  return element('button', { type: 'button', class: kind, onclick: () => onclick() }, text);
}
