import type { GroupingPlan } from '#src/metrics/forecast/grouping-plan.js';
import { map } from '#src/metrics/forecast/kernel/map.generated.js';
import { typeCount } from '#src/metrics/forecast/record-shape.js';
import type { BacktestExport } from '#src/export/find/backtest-export.js';
import { columnsOf } from '#src/schema/columns-of.js';
import type { SqlCell, SqlEngine } from '#src/sql/engines/engine.js';
import { askEngine, type Answer, type SummaryQuestions } from '#src/sql/summary/questions.js';
import type { CountColumn } from '#src/sql/summary/count-query.js';
import type { Ladders } from '#src/sql/terms/ladder.js';
import { planTerms } from '#src/sql/terms/forecast-terms.js';
import type { SummaryColumn } from '#src/sql/terms/summary-columns.js';
import { groupRows, type PlainGroup, type PlainRow } from './slow-groups.ts';

/** A row with the file that it is from. */
export interface PartRow extends PlainRow {
  readonly part: string;
}

/** Every row of forecasted-values as plain values. Text is as it stands; the files are those of `location`. */
export async function readPlainRows(source: BacktestExport): Promise<PartRow[]> {
  const { forecastedValues: table } = source;
  const columns = columnsOf(table.schema);
  const names = new Map(columns.quantiles.map(({ forecastType, name }) => [forecastType, name]));
  const rows: PartRow[] = [];
  const parts = table.parts.map(({ path }) => path);
  const number = (cell: unknown): number | null => (typeof cell === 'number' ? cell : null);
  const time = (cell: unknown): number | null => (cell instanceof Date ? cell.getTime() : null);
  // rows of a part have no mark of it: they are dealt out, which the parts with data must all get some of
  let at = 0;
  for await (const row of table.rows()) {
    rows.push({
      part: `s3://bucket/export/${parts[at++ % parts.length] ?? ''}`,
      item: String(row[columns.item] ?? ''),
      dimensions: columns.dimensions.map((name) => String(row[name] ?? '')),
      timestamp: time(row[columns.timestamp]),
      start: time(row[columns.windowStart]),
      end: time(row[columns.windowEnd]),
      y: number(row[columns.target]),
      forecasts: table.schema.forecastTypes.map((type) =>
        number(row[(type === 'mean' ? columns.mean : names.get(type)) ?? '']),
      ),
    });
  }
  return rows;
}

/** What a test changes in answers. */
export interface Tampering {
  readonly groups?: (row: SqlCell[], columns: readonly SummaryColumn[], index: number) => SqlCell[] | undefined;
  readonly counts?: (row: SqlCell[], columns: readonly CountColumn[]) => SqlCell[] | undefined;
}

/**
 * Answers the questions of a summary row by row and term by term, as an engine's SQL should: levels are sums of doubles in a
 * random order, and cells have the forms that engines give them. Also says which questions were asked.
 */
export class SlowAnswers implements SummaryQuestions {
  readonly name = 'the reference';
  readonly asked: (string | Ladders)[] = [];
  readonly #rows: readonly PartRow[];
  readonly #plan: GroupingPlan;
  readonly #columns: SummaryQuestions;
  readonly #random: () => number;
  readonly #tampering: Tampering;

  constructor(
    rows: readonly PartRow[],
    plan: GroupingPlan,
    dimensions: readonly string[],
    random: () => number,
    tampering: Tampering = {},
  ) {
    this.#rows = rows;
    this.#plan = plan;
    this.#random = random;
    this.#tampering = tampering;
    this.#columns = askEngine(
      silent,
      { cells: 'cells AS (SELECT 1)', counted: 'cells AS (SELECT 1)' },
      plan,
      dimensions,
    );
    this.dimensions = dimensions;
  }

  readonly dimensions: readonly string[];

  counts(): Answer<CountColumn> {
    this.asked.push('counts');
    const { columns } = this.#columns.counts({});
    const rows: Partial<Record<CountColumn, SqlCell>>[] = [];
    const items = (some: readonly PartRow[]): bigint =>
      BigInt(new Set(some.flatMap(({ start, end, item }) => (start === null || end === null ? [] : [item]))).size);
    for (const some of groupBy(this.#rows, ({ start, end }) => `${start} ${end}`).values()) {
      const [first] = some;
      const window = { windowStart: textOf(first?.start), windowEnd: textOf(first?.end) };
      rows.push({ allWindows: 0, allParts: 1, ...window, items: items(some), rows: `${some.length}` });
    }
    for (const [part, some] of groupBy(this.#rows, (row) => row.part)) {
      rows.push({ allWindows: 1n, allParts: 0n, part, items: items(some), rows: some.length });
    }
    rows.push({ allWindows: '1', allParts: '1', items: items(this.#rows), rows: BigInt(this.#rows.length) });
    const cells = rows.map((row) => columns.map((column) => row[column] ?? null));
    const { counts: tamper = (row) => row } = this.#tampering;
    return {
      columns,
      rows: stream(cells.flatMap((row) => [tamper(row, columns) ?? []].filter((kept) => kept.length > 0))),
    };
  }

  groups(sums: Ladders | 'plain'): Answer<SummaryColumn> {
    this.asked.push(sums);
    const { columns } = this.#columns.groups(sums, {});
    const keyOf = (row: PlainRow): unknown[] =>
      this.#plan.keyParts.map(({ kind, name }) =>
        kind === 'step' ? row.timestamp : name === 'item' ? row.item : row.dimensions[this.dimensions.indexOf(name)],
      );
    const rows = groupRows(this.#rows, keyOf, this.#plan.shape).map((group) => {
      return columns.map((column, at) => this.#cell(group, column, sums, at));
    });
    const { groups: tamper = (row) => row } = this.#tampering;
    return {
      columns,
      rows: stream(rows.flatMap((row, index) => [tamper(row, columns, index) ?? []].filter((kept) => kept.length > 0))),
    };
  }

  ranges(): ReturnType<SummaryQuestions['ranges']> {
    this.asked.push('ranges');
    const { columns } = this.#columns.ranges({});
    const groups = groupRows(this.#rows, () => '', this.#plan.shape);
    const row = planTerms(this.#plan.shape).sums.flatMap(({ sum, signs }) => {
      const terms = groups.flatMap(({ terms: all }) => [
        ...(all[sum] ?? []),
        ...(signs === undefined ? [] : (all[signs.over] ?? [])),
      ]);
      const magnitudes = terms.map(Math.abs);
      const positive = magnitudes.filter((value) => value > 0);
      return [
        magnitudes.reduce<number | null>((most, value) => Math.max(most ?? 0, value), null),
        positive.reduce<number | null>((least, value) => Math.min(least ?? Infinity, value), null),
      ];
    });
    return { columns, rows: stream([row]) };
  }

  #cell(group: PlainGroup, column: SummaryColumn, sums: Ladders | 'plain', at: number): SqlCell {
    const [first] = group.rows;
    switch (column.kind) {
      case 'windowStart':
        return textOf(first?.start);
      case 'windowEnd':
        return textOf(first?.end);
      case 'timestamp':
        return textOf(first?.timestamp);
      case 'item':
        return first?.item ?? null;
      case 'dimension':
        return first?.dimensions[this.dimensions.indexOf(column.name)] ?? null;
      case 'excluded':
        return BigInt(group.excluded);
      case 'unreadable':
        return '0';
      case 'count':
        return spell(this.#countOf(group, column.count), at);
      case 'sum':
        return (group.terms[column.sum] ?? []).reduce<number | null>((sum, term) => (sum ?? 0) + term, null);
      case 'level': {
        const level = this.#levels(group, column.sum, sums as Ladders).levels[column.level] ?? null;
        return at % 2 === 0 && level !== null ? String(level) : level;
      }
      case 'rest':
        return this.#rest(group, column.ladder, sums as Ladders);
      default:
        throw new Error('no such column');
    }
  }

  #countOf({ common, types, inside }: PlainGroup, count: number): number {
    if (count < map.COMMON_COUNTS) return common[count] ?? Number.NaN;
    for (const [type, counts] of types.entries()) {
      const found = counts.findIndex((_, index) => typeCount(type, index) === count);
      if (found >= 0) return counts[found] ?? Number.NaN;
    }
    const interval = (count - typeCount(types.length, 0)) / map.COUNTS_PER_INTERVAL;
    return inside[interval] ?? Number.NaN;
  }

  #levels({ terms }: PlainGroup, sum: number, ladders: Ladders): { levels: (number | null)[]; rest: number } {
    const ladder = ladders[this.#ladderOf(sum)];
    let rests = [...(terms[sum] ?? [])];
    const tooLarge = rests.filter((term) => !(Math.abs(term) < 2 ** ladder.top)).length;
    const levels = ladder.exponents.map((exponent) => {
      const splitter = 1.5 * 2 ** (exponent + 52);
      const highs = rests.map((rest) => rest + splitter - splitter);
      rests = rests.map((rest, index) => rest - (highs[index] ?? 0));
      const order = highs.map((high) => ({ high, at: this.#random() })).sort((a, b) => a.at - b.at);
      return order.reduce<number | null>((total, { high }) => (total ?? 0) + high, null);
    });
    return { levels, rest: Math.max(tooLarge, rests.filter((rest) => rest !== 0).length) };
  }

  #ladderOf(sum: number): keyof Ladders {
    const { squares, shares, point } = this.#plan.shape;
    if (point < 0 || sum < squares) return 'errors';
    return sum === shares ? 'shares' : 'squares';
  }

  #rest(group: PlainGroup, ladder: keyof Ladders, ladders: Ladders): number {
    const numbers = Array.from({ length: this.#plan.shape.denominators }, (_, sum) => sum);
    const ofLadder = numbers.filter((sum) => this.#ladderOf(sum) === ladder);
    return Math.max(0, ...ofLadder.map((sum) => this.#levels(group, sum, ladders).rest));
  }
}

function groupBy(rows: readonly PartRow[], keyOf: (row: PartRow) => string): Map<string, PartRow[]> {
  const groups = new Map<string, PartRow[]>();
  for (const row of rows) {
    const known = groups.get(keyOf(row));
    if (known === undefined) groups.set(keyOf(row), [row]);
    else known.push(row);
  }
  return groups;
}

const silent: SqlEngine = { name: 'none', dialect: 'duckdb', query: () => stream([]) };

async function* stream(rows: readonly (readonly SqlCell[])[]): AsyncGenerator<readonly SqlCell[], void, undefined> {
  for (const row of rows) {
    await Promise.resolve();
    yield row;
  }
}

function textOf(time: number | null | undefined): string | null {
  return time === null || time === undefined ? null : new Date(time).toISOString().replace('T', ' ').replace('Z', '');
}

/** The forms in which engines give whole numbers. */
function spell(count: number, at: number): SqlCell {
  return [count, BigInt(count), String(count)][at % 3] ?? null;
}
