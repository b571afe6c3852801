import { given } from '../../given.ts';
import type { RawPlace, RowRef } from '../base/finding-book.ts';
import { locateRows, readKeys, type RowKey } from '../../export/parts/locate-rows.ts';
import type { FoundLines } from '../../csv/find-lines.ts';
import type { VerificationPlan } from '../base/plan.ts';
import { tellPhase } from '../base/tell-phase.ts';
import type { FindingPlace } from '../base/report.ts';

/** Finds the details of raw places: reads their parts again, as far as necessary. */
export class PlaceFinder {
  readonly #plan: VerificationPlan;
  readonly #failed: ReadonlySet<number>;
  readonly #wanted = new Map<number, Set<number>>();
  readonly #lines = new Map<number, FoundLines>();
  readonly #keys = new Map<number, ReadonlyMap<number, RowKey>>();

  /** Parts that `failed` are not read again: their findings have their places already. */
  constructor(plan: VerificationPlan, failed: ReadonlySet<number>) {
    this.#plan = plan;
    this.#failed = failed;
  }

  /** Requests a place, which {@link describe} returns after {@link read}. */
  ask(place: RawPlace): void {
    const { file, record, of } = place;
    if (record > 0) this.#recordsOf(file).add(record);
    if (of !== undefined && of.record > 0) this.#recordsOf(of.file).add(of.record);
  }

  /** Reads what was asked for. @throws what reading throws; the signal's reason */
  async read(): Promise<void> {
    const { parts, options } = this.#plan;
    let done = 0;
    for (const [file, wanted] of this.#wanted) {
      tellPhase(this.#plan, 'placing', done++, this.#wanted.size);
      const source = parts[file]?.source;
      if (source === undefined || this.#failed.has(file)) continue;
      const records = [...wanted].sort((a, b) => a - b);
      this.#keys.set(file, await readKeys(source, records, options.signal));
      this.#lines.set(file, await locateRows(source, records, options.signal));
    }
  }

  /** A place in full. */
  describe(place: RawPlace): FindingPlace {
    const { file, record, of, header, line, time, column, expected, found, detail } = place;
    const headerLine = header === undefined ? undefined : this.#lines.get(file)?.headers[header];
    const key = header === undefined ? this.#keys.get(file)?.get(record) : undefined;
    return {
      ...this.#describeRow(place, headerLine ?? line),
      ...key,
      ...given({
        timestamp: time === undefined ? undefined : new Date(time).toISOString(),
        column,
        expected,
        found,
        of: of && this.#describeRow(of),
        detail,
      }),
    };
  }

  #describeRow({ file, record }: RowRef, knownLine?: number): NonNullable<FindingPlace['of']> {
    const line = knownLine ?? this.#lines.get(file)?.records.get(record);
    const path = this.#plan.parts[file]?.part.path ?? '';
    return { file: path, ...given({ record: record > 0 ? record : undefined, line }) };
  }

  #recordsOf(file: number): Set<number> {
    let records = this.#wanted.get(file);
    if (records === undefined) this.#wanted.set(file, (records = new Set()));
    return records;
  }
}
