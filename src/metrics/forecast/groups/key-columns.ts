import type { TextTable } from '../../../batch/tables/text-table.ts';
import type { GroupingPlan } from '../grouping-plan.ts';
import type { Tables } from '../tables.ts';

/** One column of a finished group's key, which is a number for each of `by`. */
export interface KeyColumn {
  readonly name: string;
  /** Of a text: its number in `texts`. Of a window: its number. Of a step: the step itself, 0 for none. */
  readonly kind: 'text' | 'window' | 'step';
  readonly texts: TextTable | undefined;
  /** Its place in the tuples of the group table. */
  readonly at: number;
}

/** What the keys are. */
type KeyPlan = Pick<GroupingPlan, 'by' | 'keyParts'>;

/** A group's key as a result shows it. */
export type ShownKey = Record<string, string | number | null>;

/** What the numbers of keys mean, and how they are ordered: key by key in the order of `by`. */
export class KeyColumns {
  readonly columns: readonly KeyColumn[];
  readonly #windows: Tables['windows'];

  constructor({ plan, texts, windows }: Pick<Tables, 'texts' | 'windows'> & { readonly plan: KeyPlan }) {
    this.#windows = windows;
    this.columns = plan.by.map((name) => columnOf(plan, texts, name));
  }

  /** The order of two keys: text by code unit, windows by start, then end, steps as numbers, without a step last. */
  compare(a: Int32Array, b: Int32Array): number {
    for (let part = 0; part < this.columns.length; part++) {
      const [one, other] = [a[part] ?? 0, b[part] ?? 0];
      if (one === other) continue;
      const order = this.#comparePart(part, one, other);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** The key that begins at `keys[at]` as a result shows it. */
  show(keys: Int32Array, at = 0): ShownKey {
    const shown: ShownKey = {};
    for (let part = 0; part < this.columns.length; part++) {
      const column = this.columns[part];
      if (column !== undefined) define(shown, column.name, this.#showPart(column, keys[at + part] ?? 0));
    }
    return shown;
  }

  #showPart({ kind, texts }: KeyColumn, number: number): string | number | null {
    if (kind === 'step') return number || null;
    return kind === 'text' ? (texts?.text(number) ?? '') : this.#windows.name(number);
  }

  #comparePart(part: number, one: number, other: number): number {
    const column = this.columns[part];
    if (column?.kind === 'step') return (one || Number.POSITIVE_INFINITY) - (other || Number.POSITIVE_INFINITY);
    if (column?.texts === undefined) return this.#windows.compare(one, other);
    const [text, otherText] = [column.texts.text(one), column.texts.text(other)];
    return text < otherText ? -1 : text > otherText ? 1 : 0;
  }
}

function columnOf({ keyParts }: KeyPlan, tables: readonly TextTable[], name: string): KeyColumn {
  const at = keyParts.findIndex((part) => part.name === name) + 1;
  const part = keyParts[at - 1];
  const texts = part?.kind === 'text' ? tables[part.table] : undefined;
  return { name, kind: part?.kind ?? 'window', texts, at };
}

/** Like an assignment, also where a dimension is called `__proto__`. */
function define(shown: ShownKey, name: string, value: string | number | null): void {
  if (name === '__proto__')
    Object.defineProperty(shown, name, { value, enumerable: true, configurable: true, writable: true });
  else shown[name] = value;
}
