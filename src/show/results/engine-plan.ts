import type { BacktestExport } from '../../export/find/backtest-export.ts';
import type { PlainIdentity } from '../../naming/export-identity.ts';
import { tableSection, type Document } from '../layout/document.ts';
import { showBytes, showCount, showExport, showText } from '../values/show-value.ts';
import { left, right } from '../layout/table.ts';

/** A statement that an engine would run. */
export interface PlannedStatement {
  readonly purpose: string;
  /** Whether it is surely run, or only if an earlier one's answer asks for it. */
  readonly when: 'always' | 'if needed';
  /** The most that it reads: all bytes of CSV, of Parquet those of the columns that it needs, which are fewer. */
  readonly bytes: number;
}

/** What an engine would do, as `--dry-run` prints it. */
export interface EnginePlan {
  readonly engine: string;
  readonly dialect: string;
  readonly export: PlainIdentity & Pick<BacktestExport, 'location' | 'format'>;
  /** How each table of the export gets into the engine. */
  readonly tables: readonly PlannedTable[];
  readonly statements: readonly PlannedStatement[];
  /** Of the statements that are surely run. */
  readonly bytes: number;
  /** Null for an engine that does not charge by the byte. */
  readonly price: { readonly usd: number; readonly usdPerTerabyte: number; readonly listPriceOf: string } | null;
}

/** How a table gets into an engine. */
export interface PlannedTable {
  readonly table: string;
  readonly parts: number;
  readonly bytes: number;
  readonly how: string;
}

/** What Athena charges in us-east-1, as public pages quoted its price list then, for each 10^12 bytes that SQL scans; at least 10 MB of each statement. */
const athenaPrice = { usdPerTerabyte: 5, listPriceOf: '2026-11', leastBytes: 10_000_000 } as const;

/** The price in Athena, at most, of the statements that are surely run. */
export function priceOf(statements: readonly PlannedStatement[]): NonNullable<EnginePlan['price']> {
  const { usdPerTerabyte, listPriceOf, leastBytes } = athenaPrice;
  const charged = statements.filter(({ when }) => when === 'always').map(({ bytes }) => Math.max(bytes, leastBytes));
  const usd = (charged.reduce((sum, bytes) => sum + bytes, 0) / 1e12) * usdPerTerabyte;
  return { usd, usdPerTerabyte, listPriceOf };
}

/** What `--dry-run` prints: tables, statements, bytes, and the price where there is one. */
export function describeEnginePlan(plan: EnginePlan): Document {
  const { engine, tables, statements, bytes, price } = plan;
  const { jobName, exportedAt, location, format } = plan.export;
  return {
    sections: () => [
      {
        title: showExport({ jobName, exportedAt }, location),
        facts: [
          ['location', showText(location)],
          ['engine', showText(engine)],
          ...tables.map(
            (each) =>
              [
                each.table,
                `${showCount(each.parts, `${format} part`)}, ${showBytes(each.bytes)}; ${each.how}`,
              ] as const,
          ),
          ['to be scanned', `${format === 'CSV' ? '' : 'at most '}${showBytes(bytes)}`],
          ...(price === null ? [] : [['price', describePrice(price)] as const]),
        ],
      },
      {
        title: 'Statements',
        ...tableSection(statements, [
          [left('purpose'), ({ purpose }) => purpose],
          [left('run'), ({ when }) => when],
          [right('bytes'), ({ bytes: most }) => showBytes(most)],
        ]),
        notes: [`Nothing was run. Above are the bytes${price === null ? '' : ' and the price'} of what is always run.`],
      },
    ],
    data: plan,
  };
}

function describePrice({ usd, usdPerTerabyte, listPriceOf }: NonNullable<EnginePlan['price']>): string {
  const cents = Math.ceil(usd * 100) / 100;
  return `at most ${cents.toFixed(2)} USD, at ${usdPerTerabyte.toFixed(2)} USD per TB scanned (list price in us-east-1, ${listPriceOf})`;
}
