import type { EncodingLoss } from '../batch/part-encoder.ts';
import { BacktestExportError } from '../errors.ts';
import { given } from '../given.ts';
import type { TableName } from '../schema/schema.ts';
import type { ConversionLoss } from './conversion.ts';

/** Collects losses, those of one kind and column together, or refuses the first. */
export class LossList {
  readonly #table: TableName;
  readonly #refuse: boolean;
  readonly #losses = new Map<string, ConversionLoss>();

  constructor(table: TableName, refuse: boolean) {
    this.#table = table;
    this.#refuse = refuse;
  }

  /** @throws `VALUE_NOT_RESTORABLE` where losses are refused; repeated headers are only ever skipped on request. */
  add(file: string, loss: EncodingLoss): void {
    const { kind, record, column, byte, reason, times = 1 } = loss;
    if (this.#refuse && kind !== 'repeated-headers') {
      throw new BacktestExportError('VALUE_NOT_RESTORABLE', reason, {
        position: given({ file, record, column, byte }),
      });
    }
    const place = { reason, file, record, byte: byte ?? null };
    note(this.#losses, { table: this.#table, kind, column: column ?? null, count: times, ...place });
  }

  /** Notes text in another dialect, which is never refused because it was requested. */
  noteDialect(file: string): void {
    const reason = "the text was not in Forecast's own dialect, and its layout is not kept";
    const place = { reason, file, record: null, byte: null };
    note(this.#losses, { table: this.#table, kind: 'dialect', column: null, count: 1, ...place });
  }

  list(): ConversionLoss[] {
    return [...this.#losses.values()];
  }
}

/** The losses of several lists, in order, those of one kind and column together. */
export function joinLosses(lists: readonly (readonly ConversionLoss[])[]): ConversionLoss[] {
  const joined = new Map<string, ConversionLoss>();
  for (const loss of lists.flat()) note(joined, loss);
  return [...joined.values()];
}

function note(losses: Map<string, ConversionLoss>, loss: ConversionLoss): void {
  const { table, kind, column, count } = loss;
  const key = JSON.stringify([table, kind, column]);
  const known = losses.get(key);
  losses.set(key, known === undefined ? loss : { ...known, count: known.count + count });
}
