import type { NoteBook } from '../../base/notes.ts';
import type { Reading } from '../../base/reading.ts';
import { quoteText } from '../../../quote-text.ts';
import { reasonOf, type Figures, type FiguresPlan } from '../figures.ts';
import type { KeyColumns } from './key-columns.ts';

/** Notes of groups as plain data: slot numbers, how often each, the first key of each. */
export interface GroupNotesState {
  readonly slots: readonly number[];
  readonly counts: readonly number[];
  readonly keys: Int32Array<ArrayBuffer>;
}

interface Entry {
  count: number;
  /** The first of the keys in the order of a result. */
  first: Int32Array;
}

const reasonBits = 5;

/**
 * Why figures of groups are null or not what their names say: each (metric, reading, reason) with its count and the first
 * group in the order of a result, whatever the order of adding. Those of the averaged figures only where the pooled ones do
 * not have them too.
 */
export class GroupNotes {
  readonly #plan: FiguresPlan;
  readonly #keys: KeyColumns;
  /** By slot: place, reading, reason. */
  readonly #entries = new Map<number, Entry>();

  constructor(plan: FiguresPlan, keys: KeyColumns) {
    this.#plan = plan;
    this.#keys = keys;
  }

  add(key: Int32Array, pooled: Figures, averaged: Figures): void {
    const { reasons } = pooled;
    const { reasons: others } = averaged;
    for (let place = 0; place < reasons.length; place++) {
      const reason = reasons[place] ?? 0;
      const other = others[place] ?? 0;
      if ((reason | other) === 0) continue;
      if (reason !== 0) this.#note(((2 * place) << reasonBits) | reason, 1, key);
      if (other !== 0 && other !== reason) this.#note(((2 * place + 1) << reasonBits) | other, 1, key);
    }
  }

  merge({ slots, counts, keys }: GroupNotesState): void {
    const width = slots.length === 0 ? 0 : keys.length / slots.length;
    for (const [index, slot] of slots.entries()) {
      this.#note(slot, counts[index] ?? 0, keys.subarray(index * width, (index + 1) * width));
    }
  }

  export(): GroupNotesState {
    const entries = [...this.#entries];
    return {
      slots: entries.map(([slot]) => slot),
      counts: entries.map(([, { count }]) => count),
      keys: Int32Array.from(entries.flatMap(([, { first }]) => [...first])),
    };
  }

  /** Adds everything to a book of notes in the order in which the groups would have added it one after another. */
  addTo(notes: NoteBook): void {
    const ordered = [...this.#entries].sort(
      ([slot, { first }], [otherSlot, other]) => this.#keys.compare(first, other.first) || slot - otherSlot,
    );
    for (const [slot, { count, first }] of ordered) {
      const reason = reasonOf(slot & ((1 << reasonBits) - 1));
      const place = slot >>> (reasonBits + 1);
      const reading: Reading = (slot >>> reasonBits) & 1 ? 'averaged' : 'pooled';
      if (reason === undefined) continue;
      notes.addFigure(reason, this.#plan.metrics[place]?.name ?? '', () => this.#where(first), reading, count);
    }
  }

  #note(slot: number, count: number, key: Int32Array): void {
    const known = this.#entries.get(slot);
    if (known === undefined) {
      this.#entries.set(slot, { count, first: key.slice() });
      return;
    }
    known.count += count;
    if (this.#keys.compare(key, known.first) < 0) known.first = key.slice();
  }

  #where(key: Int32Array): string {
    const parts = Object.entries(this.#keys.show(key)).map(
      ([name, value]) => `${quoteText(name, '')}=${quoteText(String(value), '')}`,
    );
    return `group ${parts.join(', ')}`;
  }
}
