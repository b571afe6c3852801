import { element } from '../dom.ts';
import type { Failure } from '../engine/messages.ts';
import { button, frame } from './frame.ts';

/** What went wrong, where, and what can be done. */
export function failureScreen(
  { code, message }: Failure,
  { onBack, onOther }: { readonly onBack: (() => void) | undefined; readonly onOther: () => void },
): HTMLElement {
  const isBug = code === 'INTERNAL';
  return frame(
    'It cannot be read',
    undefined,
    element(
      'div',
      { class: 'verdict errors', role: 'alert' },
      element('p', { class: 'mark', 'aria-hidden': 'true' }, '×'),
      element('p', {}, element('strong', {}, isBug ? 'The page failed' : code)),
      element('p', { class: 'meaning' }, element('bdi', {}, message)),
    ),
    hints[code] === undefined ? undefined : element('p', { class: 'reading' }, hints[code]),
    element(
      'p',
      { class: 'buttons' },
      onBack === undefined ? undefined : button('Back to the exports', onBack, 'main'),
      button('Open other files', onOther, onBack === undefined ? 'main' : 'plain'),
    ),
  );
}

const hints: Readonly<Record<string, string>> = {
  EXPORT_NOT_FOUND:
    'An export is a folder with the folders forecasted-values and accuracy-metrics-values, or the part files of either, under the names that Forecast gave them.',
  EXPORT_MIXED_FORMATS: 'Keep the CSV or the Parquet parts in the folder, and put the others elsewhere.',
  FILE_CHANGED: 'The file was written to while it was read. Try again once it is whole.',
};
