import { isError } from '../../errors.ts';
import type { BacktestExport, ExportTable } from '../../export/find/backtest-export.ts';
import type { ExportSource } from '../../export/open-source.ts';
import { given } from '../../given.ts';
import type { SummarizeOptions } from '../../metrics/summarize-options.ts';
import type { ListedSummary } from '../../metrics/summarize.ts';
import { plainIdentity } from '../../naming/export-identity.ts';
import type { SqlEngine } from '../../sql/engines/engine.ts';
import type { SummarizeWithOptions } from '../../sql/summarize-with-options.ts';
import { summarizeListedWith } from '../../sql/summarize-with.ts';
import type { VerifyWithOptions } from '../../sql/verify-with-options.ts';
import { verifyWith } from '../../sql/verify-with.ts';
import type { VerificationReport } from '../../verify/base/report.ts';
import type { EngineName } from '../arguments/engine-options.ts';
import {
  describeEnginePlan,
  priceOf,
  type PlannedStatement,
  type PlannedTable,
} from '../../show/results/engine-plan.ts';
import type { Document } from '../../show/layout/document.ts';
import { warn, type CommandContext } from './context.ts';
import { makeEngine } from './make-engine.ts';

/** An engine that reads an export for a command. */
export class AskedEngine {
  readonly #context: CommandContext;
  readonly #engine: SqlEngine;
  /** Tables that could not be dropped, and why. */
  readonly #left: [name: string, error: unknown][] = [];

  /** @throws `OPTION_INVALID` */
  constructor(context: CommandContext, name: EngineName) {
    this.#context = context;
    this.#engine = makeEngine(name, context.flags, context.env);
  }

  /** The summary, as `summarizeListed` makes it without an engine. */
  async summarize(opened: BacktestExport, options: Omit<SummarizeOptions, 'onBadPart'>): Promise<ListedSummary> {
    const sums = this.#context.flags.choice('sums', ['exact', 'plain']);
    return summarizeListedWith(this.#engine, opened, { ...options, ...given({ sums }), ...this.#tables() });
  }

  /** The report, as `verifyExport` makes it without an engine. */
  async verify(source: ExportSource, options: VerifyWithOptions): Promise<VerificationReport> {
    const accuracyTable = this.#context.flags.text('accuracy-table');
    return verifyWith(this.#engine, source, { ...options, ...given({ accuracyTable }), ...this.#tables() });
  }

  /** Frees the engine, and warns of tables that were left, whether the work has succeeded or not. */
  async end(): Promise<void> {
    this.#engine.close?.();
    for (const [name, error] of this.#left) {
      const reason = isError(error) ? error.message : String(error);
      const message = `the table ${name} was made and could not be dropped; dropping it leaves the files as they are: ${reason}`;
      await warn(this.#context, 'TABLE_LEFT', message);
    }
  }

  /** What {@link summarize} would do. */
  planSummary(opened: BacktestExport): Document {
    const { forecastedValues, accuracyMetrics } = opened;
    const { bytes } = forecastedValues;
    const { flags } = this.#context;
    const all: PlannedStatement[] = [
      { purpose: 'count items, rows and parts', when: 'always', bytes },
      { purpose: 'add up rows by group', when: 'always', bytes },
      { purpose: 'find the range of the numbers', when: 'if needed', bytes },
      { purpose: 'add up again, over that range', when: 'if needed', bytes },
    ];
    const statements = forecastedValues.exists ? all.slice(0, flags.text('sums') === 'plain' ? 2 : 4) : [];
    const tables = [tableOf(forecastedValues, this.#howToGet(flags.text('table')))];
    const reads = accuracyMetrics.exists && !flags.has('no-accuracy-metrics');
    if (reads) tables.push(tableOf(accuracyMetrics, 'read by this machine'));
    return this.#plan(opened, tables, statements);
  }

  /** What {@link verify} would do. */
  planVerification(opened: BacktestExport): Document {
    const { flags } = this.#context;
    const named = [
      [opened.forecastedValues, flags.text('table')],
      [opened.accuracyMetrics, flags.text('accuracy-table')],
    ] as const;
    const read = named.filter(([table]) => table.exists);
    const bytes = read.reduce((sum, [table]) => sum + table.bytes, 0);
    const all: PlannedStatement[] = [
      ...read.map(([{ name, bytes: own }]) => {
        return { purpose: `check the rows of ${name}`, when: 'always', bytes: own } as const;
      }),
      { purpose: 'check all series', when: 'always', bytes },
      { purpose: 'compare rows that repeat others', when: 'if needed', bytes },
    ];
    const places: PlannedStatement = { purpose: 'find the places of a finding', when: 'if needed', bytes };
    const statements = flags.count('max-places', 0) === 0 ? all : [...all, places];
    const tables = read.map(([table, name]) => tableOf(table, this.#howToGet(name)));
    return this.#plan(opened, tables, statements);
  }

  /** The options about tables that all functions have. */
  #tables(): Pick<SummarizeWithOptions, 'table' | 'location' | 'onTableLeft'> {
    const { flags } = this.#context;
    const onTableLeft = (...left: [string, unknown]): void => void this.#left.push(left);
    return { ...given({ table: flags.text('table'), location: flags.text('engine-location') }), onTableLeft };
  }

  #howToGet(name: string | undefined): string {
    if (this.#engine.home === undefined) return 'the engine reads the files';
    return name === undefined
      ? 'a table is made, and dropped at the end'
      : `table ${name}, made and kept if it does not exist`;
  }

  #plan(opened: BacktestExport, tables: readonly PlannedTable[], statements: readonly PlannedStatement[]): Document {
    const { name, dialect } = this.#engine;
    const { location, format } = opened;
    return describeEnginePlan({
      engine: name,
      dialect,
      export: { ...plainIdentity(opened), location, format },
      tables,
      statements,
      bytes: statements.filter(({ when }) => when === 'always').reduce((sum, each) => sum + each.bytes, 0),
      price: dialect === 'athena' ? priceOf(statements) : null,
    });
  }
}

function tableOf({ name, parts, bytes }: ExportTable, how: string): PlannedTable {
  return { table: name, parts: parts.length, bytes, how };
}
