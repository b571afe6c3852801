import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  BacktestExportError,
  convertExport,
  listExports,
  openExport,
  summarize,
  type BacktestExport,
  type ErrorCode,
  type ExportSummary,
} from 'backtest-export';
import { summarizeWith } from 'backtest-export/sql';
import { writeRandomExport, type Trait } from '../support/random-export.ts';
import type { SuiteEngine } from './sql-session.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const firstSeed = Number(process.env['INTEROP_SEED'] ?? 1);

/** What an engine may refuse instead of summarizing: a trait, and the code of the error. */
export type Refusal = readonly [trait: Trait, format: 'CSV' | 'PARQUET' | undefined, code: ErrorCode];

/** How much is tried, and what may be refused. */
export interface SummaryTests {
  /** Random exports. */
  readonly exports: number;
  /** Of each in CSV and in Parquet: groupings, or all of them. */
  readonly groupings: number;
  readonly refusals: readonly Refusal[];
}

/**
 * Tests that an engine summarizes as this library does: every figure, count and note, by window, item, step and dimension. One line
 * at the end says how many summaries were equal, and how many were refused.
 */
export function testSummaries({ folder, running }: SuiteEngine, options: SummaryTests): void {
  const total = { equal: 0, refused: 0 };

  afterAll(() => {
    const { name } = running().engine;
    process.stdout.write(`${name}: ${total.equal} summaries are equal, ${total.refused} were refused\n`);
  });

  it.each(readdirSync(fixtures))('the fixture %s', async (fixture) => {
    const csv = join(fixtures, fixture, 'export');
    const { exports } = await listExports(csv);
    expect(exports.length).toBeGreaterThan(0);
    for (const [at, { jobName, exportedAtText }] of exports.entries()) {
      const open = { jobName: jobName!, exportedAt: exportedAtText! };
      const place = join(folder, `${fixture}-${at}`);
      // a copy, as an engine may read below one folder only
      for (const format of ['CSV', 'PARQUET'] as const) {
        const target = join(place, format);
        if (format === 'CSV') cpSync(csv, target, { recursive: true });
        else await convertExport(csv, target, { format, threads: 1, lossy: true, open });
        const traits: Trait[] = fixture === 'hostile-text' ? ['line breaks', 'a comma in a name'] : [];
        const found = await openExport(target, open);
        for (const by of chooseGroupings(found, at)) await check(found, by, traits);
      }
    }
  });

  it(`${options.exports} exports of random shape`, { timeout: 1_200_000 }, async () => {
    const problems: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + options.exports; seed++) {
      const place = join(folder, `random-${seed}`);
      mkdirSync(place);
      const made = await writeRandomExport(place, seed);
      for (const [at, format] of (['csv', 'parquet'] as const).entries()) {
        const found = await openExport(made[format], made.open);
        for (const by of chooseGroupings(found, seed + 2 * at)) {
          try {
            await check(found, by, made.traits);
          } catch (error) {
            problems.push(`seed ${seed}, ${format}, by ${by.join(', ')}; ${made.traits.join(', ')}: ${wordsOf(error)}`);
          }
        }
      }
      rmSync(place, { recursive: true, force: true });
    }
    expect(problems).toEqual([]);
  });

  /** By nothing, by each key that there is, and by two at once; as many of them as were asked for. */
  function chooseGroupings({ dimensions }: BacktestExport, turn: number): string[][] {
    const all = [[], ['window'], ['item'], ['step'], ...dimensions.map((name) => [name]), ['item', 'step']];
    return all.map((_, at) => all[(at + turn) % all.length]!).slice(0, options.groupings);
  }

  async function check(found: BacktestExport, by: readonly string[], traits: readonly Trait[]): Promise<void> {
    const expected = await summarize(found, { by, threads: 1 });
    let actual: ExportSummary;
    try {
      actual = await summarizeWith(running().engine, found, { by, threads: 1 });
    } catch (error) {
      const isExpected = options.refusals.some(
        ([trait, format, code]) =>
          traits.includes(trait) &&
          (format ?? found.format) === found.format &&
          error instanceof BacktestExportError &&
          error.code === code,
      );
      if (!isExpected) throw error;
      total.refused++;
      return;
    }
    // what only reading text can find is not there
    expect({ ...actual, readingNotes: [] }).toEqual({ ...expected, readingNotes: [] });
    total.equal++;
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = error instanceof BacktestExportError ? `${error.code}: ` : '';
  return `${code}${error.message.slice(0, 1000)}`;
}
