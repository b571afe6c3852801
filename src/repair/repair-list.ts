import type { TableName } from '../schema/schema.ts';
import type { Repair, RepairKind, RepairPlace } from './repair.ts';

const reasons: Readonly<Record<RepairKind, string>> = {
  'duplicate-rows': 'rows that repeat an earlier row were dropped',
  'near-rows': 'rows that differ from an earlier row only in the last bits of numbers were dropped',
  'merged-exports':
    'every row of the table appeared several times, as if exports of one predictor had been merged; the first was kept',
  'conflicting-rows': 'rows with the key of an earlier row but different numbers were dropped',
  'repeated-headers': 'header lines inside the data were dropped',
  'empty-parts': 'parts left without rows were dropped',
  'bad-parts': 'unreadable parts were left out entirely',
  'left-out-columns': 'columns that do not belong to the export were left out on request',
  'other-files': 'files that do not belong to the export were not copied',
  'renumbered-parts': 'parts were renamed',
  'success-missing': 'the source has no _SUCCESS marker but the copy has: parts may be missing',
};

/** Collects what a repair does, with the first places of each kind. */
export class RepairList {
  readonly #mostPlaces: number;
  readonly #repairs = new Map<
    string,
    { repair: Omit<Repair, 'count' | 'places'>; count: number; places: RepairPlace[] }
  >();

  constructor(mostPlaces: number) {
    this.#mostPlaces = mostPlaces;
  }

  add(kind: RepairKind, table: TableName | null, place?: RepairPlace, count = 1): void {
    if (count === 0) return;
    const key = `${kind} ${table}`;
    const known = this.#repairs.get(key) ?? { repair: { kind, table, reason: reasons[kind] }, count: 0, places: [] };
    known.count += count;
    if (place !== undefined && known.places.length < this.#mostPlaces) known.places.push(place);
    this.#repairs.set(key, known);
  }

  /** Lists all duplicate rows of a table as one entry: the table is several exports in one. */
  merge(table: TableName, detail: string): void {
    // after a repeated header line they come from concatenation, and are reported as such
    if (this.#repairs.has(`repeated-headers ${table}`)) return;
    let count = 0;
    let first: RepairPlace | undefined;
    for (const kind of ['duplicate-rows', 'near-rows'] as const) {
      const known = this.#repairs.get(`${kind} ${table}`);
      if (known === undefined) continue;
      count += known.count;
      first ??= known.places[0];
      this.#repairs.delete(`${kind} ${table}`);
    }
    this.add('merged-exports', table, first && { ...first, detail }, count);
  }

  list(): Repair[] {
    return [...this.#repairs.values()].map(({ repair, count, places }) => ({ ...repair, count, places }));
  }
}
