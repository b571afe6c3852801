import { showBytes } from '#src/show/values/show-value.js';
import { element } from '../dom.ts';
import type { Progress } from '../engine/messages.ts';
import { button, frame } from './frame.ts';

/** Milliseconds between two sentences for a screen reader. */
const pause = 5000;

/** How far the work is, and the button that ends it. */
export class ProgressScreen {
  readonly element: HTMLElement;
  readonly #bar = element('progress', { max: 1, 'aria-labelledby': 'progress-text' });
  readonly #text = element('p', { id: 'progress-text' }, 'Starting');
  readonly #say: (text: string) => void;
  #said = 0;

  constructor(
    what: string,
    { onCancel, say }: { readonly onCancel: () => void; readonly say: (text: string) => void },
  ) {
    this.#say = say;
    this.element = frame(
      what,
      undefined,
      this.#text,
      this.#bar,
      element('p', { class: 'buttons' }, button('Cancel', onCancel)),
    );
  }

  /** Shows a step; it is spoken now and then. */
  show(progress: Progress): void {
    const { text, share } = describe(progress);
    this.#text.textContent = text;
    if (share === undefined) this.#bar.removeAttribute('value');
    else this.#bar.value = share;
    const now = performance.now();
    if (now - this.#said < pause) return;
    this.#said = now;
    this.#say(text);
  }
}

interface Shown {
  readonly text: string;
  /** From 0 to 1; undefined where it is unknown. */
  readonly share: number | undefined;
}

function describe(progress: Progress): Shown {
  if (progress.phase === 'reading' || progress.phase === 'unpacking') return read(phases[progress.phase], progress);
  return { text: phases[progress.phase], share: undefined };
}

const phases: Readonly<Record<Progress['phase'], string>> = {
  listing: 'Listing what is there',
  unpacking: 'Unpacking',
  reading: 'Reading',
  figures: 'Computing the figures of items',
  order: 'Ordering the items',
  list: 'Listing the items',
  history: 'Reading the training history',
  rereading: 'Reading rows again that may repeat others',
  placing: 'Looking up the places of findings',
  judging: 'Checking the export against its rules',
  series: 'Looking up the forecasts to be drawn',
  comparing: 'Comparing with the other exports',
  drawing: 'Drawing the charts',
};

function read(what: string, { bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }): Shown {
  if (totalBytes === 0) return { text: what, share: undefined };
  const share = Math.min(1, bytes / totalBytes);
  return { text: `${what}: ${showBytes(bytes)} of ${showBytes(totalBytes)}, ${Math.floor(share * 100)}%`, share };
}
