import { given } from '../../given.ts';
import { tableOf } from '../../export/backtest-export.ts';
import type { RawPlace } from '../base/finding-book.ts';
import { locateRows, type LocatedRows } from './locate-rows.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { FindingPlace } from '../base/report.ts';

/** Tells what raw places are about: reads the parts concerned again, as far as it must. */
export class PlaceFinder {
  readonly #plan: VerificationPlan;
  readonly #failed: ReadonlySet<number>;
  readonly #wanted = new Map<number, Set<number>>();
  readonly #found = new Map<number, LocatedRows>();

  /** Nothing is read again of parts that `failed`: they have told their place themselves. */
  constructor(plan: VerificationPlan, failed: ReadonlySet<number>) {
    this.#plan = plan;
    this.#failed = failed;
  }

  /** Asks for a place; to be told by {@link describe} after {@link read}. */
  ask(place: RawPlace): void {
    const { file, record, of } = place;
    if (record > 0) this.#recordsOf(file).add(record);
    if (of !== undefined && of.record > 0) this.#recordsOf(of.file).add(of.record);
  }

  /** Reads what was asked for. @throws what reading throws; the signal's reason */
  async read(): Promise<void> {
    const { bx, parts, options } = this.#plan;
    for (const [file, records] of this.#wanted) {
      const planned = parts[file];
      if (planned === undefined || this.#failed.has(file)) continue;
      const found = await locateRows({
        storage: bx.storage,
        table: tableOf(bx, planned.name),
        part: planned.part,
        records: [...records].sort((a, b) => a - b),
        signal: options.signal,
      });
      this.#found.set(file, found);
    }
  }

  /** A place in full. */
  describe(place: RawPlace): FindingPlace {
    const { file, record, of, header, line, time, column, expected, found, detail } = place;
    const located = this.#found.get(file);
    const headerLine = header === undefined ? undefined : located?.headers[header];
    const row = header === undefined ? located?.rows.get(record) : undefined;
    const shownLine = headerLine ?? line ?? this.#lineOf(file, record);
    return {
      file: this.#pathOf(file),
      ...given({ record: record > 0 ? record : undefined, line: shownLine }),
      ...withoutLine(row),
      ...given({
        timestamp: time === undefined ? undefined : new Date(time).toISOString(),
        column,
        expected,
        found,
        of: of === undefined ? undefined : this.#describeOther(of),
        detail,
      }),
    };
  }

  #describeOther({
    file,
    record,
  }: {
    readonly file: number;
    readonly record: number;
  }): NonNullable<FindingPlace['of']> {
    const line = this.#lineOf(file, record);
    return { file: this.#pathOf(file), ...given({ record: record > 0 ? record : undefined, line }) };
  }

  #lineOf(file: number, record: number): number | undefined {
    return this.#found.get(file)?.rows.get(record)?.line;
  }

  #pathOf(file: number): string {
    return this.#plan.parts[file]?.part.path ?? '';
  }

  #recordsOf(file: number): Set<number> {
    let records = this.#wanted.get(file);
    if (records === undefined) this.#wanted.set(file, (records = new Set()));
    return records;
  }
}

function withoutLine(row: Omit<FindingPlace, 'file'> | undefined): Omit<FindingPlace, 'file' | 'line'> {
  if (row === undefined) return {};
  const { line: _, ...rest } = row;
  return rest;
}
