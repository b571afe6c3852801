import { BacktestExportError, quoteText } from '../../errors.ts';
import { byTable, tableNames, type TableName } from '../../schema/schema.ts';
import { FindingBook } from '../../verify/base/finding-book.ts';
import type { PlannedPart, VerificationPlan } from '../../verify/base/plan.ts';
import type { FindingPlace } from '../../verify/base/report.ts';
import type { FindingCode } from '../../verify/base/rules.ts';
import { nameOfPart, partNamed } from '../engines/part-names.ts';
import type { CheckedTable, CheckedTables } from './checked-table.ts';
import type { FoundDuplicates } from './check-tables.ts';
import type { TableRows } from './judge-rows.ts';

type ByTable<Value> = Readonly<Record<TableName, Value | undefined>>;

/** The parts of an export, as the engine names them: which of them count, and what is wrong with the others. */
export class PartList {
  readonly book: FindingBook = new FindingBook(0);
  readonly places: Map<FindingCode, FindingPlace[]> = new Map();
  /** By their numbers in the plan: parts that could not be used, and those that repeat another one. */
  readonly failed: Set<number> = new Set();
  readonly dropped: Set<number> = new Set();
  readonly droppedRows: Record<TableName, number> = byTable(() => 0);
  readonly #plan: VerificationPlan;
  readonly #leftOut: Record<TableName, string[]> = byTable(() => []);
  readonly #numbers: Readonly<Record<TableName, ReadonlyMap<string, number>>>;

  constructor(plan: VerificationPlan) {
    this.#plan = plan;
    const ofTable = (table: TableName): [string, number][] =>
      plan.parts.flatMap(({ name, part, source }, number) =>
        name === table && source !== undefined ? [[nameOfPart(part.path), number]] : [],
      );
    this.#numbers = byTable((table) => new Map(ofTable(table)));
    for (const [number, { error, part }] of plan.parts.entries()) {
      if (error === undefined) continue;
      this.failed.add(number);
      const { line, column } = error.position;
      const place = { file: part.path, detail: `${error.code}: ${error.problem}` };
      this.#add(error.code === 'SCHEMA_CONFLICT' ? 'PART_COLUMNS_DIFFER' : 'PART_UNREADABLE', {
        ...place,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      });
    }
  }

  /** The tables without the parts that do not count. */
  without({ dialect, forecasts, metrics }: CheckedTables): CheckedTables {
    const of = (table: CheckedTable | undefined, name: TableName): CheckedTable | undefined =>
      table && { ...table, leftOut: this.#leftOut[name] };
    return {
      dialect,
      forecasts: of(forecasts, 'forecasted-values'),
      metrics: of(metrics, 'accuracy-metrics-values'),
    };
  }

  /** The part as the storage names it. */
  fileOf(table: TableName, part: string): string {
    return this.#plan.parts[this.#numberOf(table, part) ?? -1]?.part.path ?? table;
  }

  /**
   * Leaves out parts with cells that are not what their columns should be; returns whether there are any.
   * @throws `ENGINE_RESULT_INVALID` for rows of a part that was left out before, or that is none
   */
  leaveOutBad(rows: ByTable<TableRows>): boolean {
    let any = false;
    for (const name of tableNames) {
      for (const { part, bad } of rows[name]?.parts ?? []) {
        // otherwise an engine that does not heed the condition would be asked for ever
        if (this.#leftOut[name].includes(part))
          throw refusal(`expected no rows of ${quoteText(part)}, which was left out`);
        if (bad === 0) continue;
        any = true;
        this.failed.add(this.#assertKnown(name, part));
        this.#leftOut[name].push(part);
        const detail = `${bad} rows have a cell that is not what its column should be, or another number of cells`;
        this.#add('PART_UNREADABLE', { file: this.fileOf(name, part), detail });
      }
    }
    return any;
  }

  /** Notes header lines inside parts. */
  addHeaders(rows: ByTable<TableRows>): void {
    for (const name of tableNames) {
      for (const { part, headers } of rows[name]?.repeatedHeaders() ?? []) {
        const file = this.fileOf(name, part);
        this.#add(
          'HEADER_REPEATED',
          { file, ...(headers === 1 ? {} : { detail: `${headers} header lines` }) },
          headers,
        );
      }
    }
  }

  /** @throws `ENGINE_RESULT_INVALID` where a part was not read, or a file that is no part of the export was. */
  assertAllRead(rows: ByTable<TableRows>): void {
    for (const name of tableNames) {
      const table = rows[name];
      if (table === undefined) continue;
      const seen = new Set(table.parts.map(({ part }) => this.#assertKnown(name, part)));
      for (const [number, planned] of this.#plan.parts.entries()) {
        const isWanted = planned.name === name && !this.failed.has(number) && !this.dropped.has(number);
        if (!isWanted || seen.has(number) || mayBeEmpty(planned)) continue;
        throw refusal(`expected rows of the part ${quoteText(planned.part.path)}, found none: was every file read?`);
      }
    }
  }

  /**
   * Leaves out parts whose rows all repeat, exactly, those of one other part, and no more; returns whether there are any. The one with
   * the lower number stays.
   */
  leaveOutRepeats(rows: ByTable<TableRows>, duplicates: ByTable<FoundDuplicates>): boolean {
    let any = false;
    for (const name of tableNames) {
      const counts = new Map((rows[name]?.parts ?? []).map((part) => [part.part, part.rows]));
      for (const { part, first, rows: exact } of duplicates[name]?.exactPairs ?? []) {
        if (part === first || counts.get(part) !== exact || counts.get(first) !== exact) continue;
        any = true;
        const [one, other] = [this.#assertKnown(name, part), this.#assertKnown(name, first)];
        const [original, repeat] = [Math.min(one, other), Math.max(one, other)];
        const left = repeat === one ? part : first;
        if (this.dropped.has(repeat)) continue;
        this.dropped.add(repeat);
        this.droppedRows[name] += exact;
        this.#leftOut[name].push(left);
        const of = { file: this.#plan.parts[original]?.part.path ?? '' };
        this.#add('PART_REPEATED', { file: this.fileOf(name, left), of });
      }
    }
    return any;
  }

  #add(code: FindingCode, place: FindingPlace, count = 1): void {
    this.book.addCount(code, count);
    const places = this.places.get(code) ?? [];
    this.places.set(code, places);
    if (places.length < this.#plan.maxPlaces) places.push(place);
  }

  #numberOf(table: TableName, part: string): number | undefined {
    const numbers = this.#numbers[table];
    const name = partNamed(part, numbers);
    return name === undefined ? undefined : numbers.get(name);
  }

  #assertKnown(table: TableName, part: string): number {
    const number = this.#numberOf(table, part);
    if (number !== undefined) return number;
    throw refusal(`expected rows of the parts of ${table}, found some of ${part === '' ? 'no file' : quoteText(part)}`);
  }
}

function refusal(problem: string): BacktestExportError {
  return new BacktestExportError('ENGINE_RESULT_INVALID', problem);
}

/** Whether a part has no rows, as far as its head shows. */
function mayBeEmpty({ part, source }: PlannedPart): boolean {
  if (source === undefined || part.size === 0) return true;
  const { header, footer } = source.head ?? {};
  if (footer !== undefined) return footer.metadata.num_rows === 0n;
  return header !== undefined && part.size <= header.end + mostBlank;
}

/** Blank lines at the end of a part with nothing but a header; no row is that short. */
const mostBlank = 8;
