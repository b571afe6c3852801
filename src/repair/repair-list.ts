import type { TableName } from '../schema/schema.ts';
import { repairReasons, type Repair, type RepairKind, type RepairPlace } from './repair.ts';

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
    const known = this.#repairs.get(key) ?? {
      repair: { kind, table, reason: repairReasons[kind] },
      count: 0,
      places: [],
    };
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
