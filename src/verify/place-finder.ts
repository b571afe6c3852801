import { mostHeaderRecords } from '../batch/decode-options.ts';
import type { RawPlace } from './finding-book.ts';
import type { HeaderPlaces } from './duplicates.ts';
import { locateRows, type LocatedRows } from './locate-rows.ts';
import { tableOf, type VerificationPlan } from './plan.ts';
import type { FindingPlace } from './report.ts';

/** Tells what raw places are about: reads the parts concerned again, as far as it must. */
export class PlaceFinder {
  readonly #plan: VerificationPlan;
  readonly #headers: HeaderPlaces;
  readonly #wanted = new Map<number, Set<number>>();
  readonly #found = new Map<number, LocatedRows>();

  constructor(plan: VerificationPlan, headers: HeaderPlaces) {
    this.#plan = plan;
    this.#headers = headers;
  }

  /** Asks for a place; to be told by {@link describe} after {@link read}. */
  ask(place: RawPlace): void {
    const { file, record, of, header } = place;
    if (header !== undefined) this.#recordsOf(file);
    else if (record > 0) this.#recordsOf(file).add(record);
    if (of !== undefined && of.record > 0) this.#recordsOf(of.file).add(of.record);
  }

  /** Reads what was asked for. @throws what reading throws; the signal's reason */
  async read(): Promise<void> {
    const { bx, parts, options } = this.#plan;
    for (const [file, records] of this.#wanted) {
      const planned = parts[file];
      // what could not be read has told its place itself
      if (planned === undefined || planned.error !== undefined) continue;
      const found = await locateRows({
        storage: bx.storage,
        table: tableOf(this.#plan, planned.name),
        part: planned.part,
        records: [...records].sort((a, b) => a - b),
        headerRecords: this.#headers.get(file) ?? [],
        signal: options.signal,
      });
      this.#found.set(file, found);
    }
  }

  /** A place in full. */
  describe(place: RawPlace): FindingPlace {
    const { file, record, of, header, line, column, expected, found, detail } = place;
    const located = this.#found.get(file);
    const headerLine = header === undefined ? undefined : located?.headers[header];
    const row = header === undefined ? located?.rows.get(record) : undefined;
    const shownLine = headerLine ?? line ?? this.#lineOf(file, record);
    return {
      file: this.#pathOf(file),
      ...(record > 0 ? { record } : {}),
      ...(shownLine === undefined ? {} : { line: shownLine }),
      ...withoutLine(row),
      ...(column === undefined ? {} : { column }),
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(of === undefined ? {} : { of: this.#describeOther(of) }),
      ...(detail === undefined ? {} : { detail }),
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
    return { file: this.#pathOf(file), ...(record > 0 ? { record } : {}), ...(line === undefined ? {} : { line }) };
  }

  /** Behind the last header that was noted, of very many, no line is certain. */
  #lineOf(file: number, record: number): number | undefined {
    const headers = this.#headers.get(file) ?? [];
    if (headers.length >= mostHeaderRecords && record > (headers.at(-1) ?? 0)) return undefined;
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
