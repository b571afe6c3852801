import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as library from 'backtest-export';
import * as testing from 'backtest-export/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;

/** Names of the types that a front door exports. */
function typesOf(door: string): string[] {
  const text = readFileSync(join(root, door), 'utf8');
  const found = [...text.matchAll(/export (type )?\{([^}]+)\}/g)].flatMap(([, all, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && (all !== undefined || name.startsWith('type ')))
      .map((name) => name.replace(/^type /, '')),
  );
  return found.sort();
}

describe('the package', () => {
  it('exports exactly what it says, without wildcards', () => {
    // Node and bundlers take the ES module, by the first conditions that they know; `require` is for Jest
    const entry = (path: string): object => ({
      types: `./dist/${path}.d.ts`,
      'module-sync': `./dist/${path}.js`,
      module: `./dist/${path}.js`,
      require: `./dist/${path}.cjs`,
      default: `./dist/${path}.js`,
    });
    expect(manifest['exports']).toEqual({
      '.': entry('index'),
      './testing': entry('testing/index'),
      './vitest': { types: './dist/testing/vitest.d.ts', default: './dist/testing/vitest.js' },
      './jest': entry('testing/jest'),
      './s3': entry('storage/s3/index'),
      './job': entry('job/index'),
      './emulator': entry('emulator/index'),
      './sql': entry('sql/index'),
      './distribute': entry('distribute/index'),
      './browser': { types: './dist/browser/index.d.ts', default: './dist/browser/index.js' },
      './browser/worker': { types: './dist/browser/worker.d.ts', default: './dist/browser/worker.js' },
      './worker': { types: './dist/worker/main.d.ts', default: './dist/worker/main.js' },
      './package.json': './package.json',
    });
    const doors = Object.entries(manifest['exports'] as Record<string, { types?: string }>);
    // the same types for compilers that do not read `exports`
    expect(manifest).toMatchObject({
      types: './dist/index.d.ts',
      typesVersions: {
        '*': Object.fromEntries(
          doors.flatMap(([name, { types }]) => (name === '.' || types === undefined ? [] : [[name.slice(2), [types]]])),
        ),
      },
    });
    expect(doors.map(([, condition]) => Object.keys(condition)).filter((names) => names.includes('require'))).toEqual(
      Array.from({ length: 8 }, () => ['types', 'module-sync', 'module', 'require', 'default']),
    );
    expect(manifest).toMatchObject({
      peerDependencies: { '@aws-sdk/client-forecast': '^3.700.0', '@aws-sdk/client-s3': '^3.700.0', vitest: '>=3.2' },
      peerDependenciesMeta: {
        '@aws-sdk/client-forecast': { optional: true },
        '@aws-sdk/client-s3': { optional: true },
        vitest: { optional: true },
      },
    });
    // a bundler must not drop what is imported for its effect
    const effects = [
      'browser/worker.js',
      'cli/main.js',
      'testing/jest.cjs',
      'testing/jest.js',
      'testing/vitest.js',
      'worker/main.js',
    ];
    expect(manifest).toMatchObject({ type: 'module', sideEffects: effects.map((path) => `./dist/${path}`) });
    expect(Object.keys(library).sort()).toMatchInlineSnapshot(`
      [
        "BacktestExportError",
        "compareExports",
        "convertExport",
        "convertExports",
        "convertTable",
        "createExportWriter",
        "createLocalStorage",
        "createMemoryStorage",
        "createReport",
        "errorCodes",
        "findExports",
        "findingCodes",
        "findingRules",
        "formatExportTimestamp",
        "formatPartName",
        "listExports",
        "listLeftovers",
        "openExport",
        "parseExportTimestamp",
        "parseFrequency",
        "parsePartName",
        "rankExports",
        "removeLeftovers",
        "repairExport",
        "reportToHtml",
        "reportToMarkdown",
        "setWorkerFile",
        "summarize",
        "toAccuracyMetrics",
        "verifyExport",
      ]
    `);
    expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
      [
        "defectNames",
        "describeDefect",
        "expectExport",
        "generateExport",
        "matchers",
      ]
    `);
  });

  it('depends on these packages, and on Node 20.19', () => {
    expect(Object.keys(manifest['dependencies'] as object)).toEqual([
      '@hpcc-js/wasm-zstd',
      '@observablehq/plot',
      'apache-arrow',
      'csv-parse',
      'fflate',
      'linkedom',
      'zod',
    ]);
    expect(manifest['engines']).toEqual({ node: '>=20.19' });
    expect(manifest['bin']).toEqual({ 'backtest-export': './dist/cli/main.js' });
    expect(manifest['license']).toBe('MIT');
  });

  it('exports these types, so that a change is deliberate', () => {
    expect(typesOf('src/index.ts')).toMatchInlineSnapshot(`
      [
        "AccuracyMetrics",
        "AccuracyMetricsResponse",
        "AccuracyNote",
        "AccuracySummary",
        "BacktestExport",
        "Cell",
        "CellDifference",
        "ColumnBatch",
        "ColumnDifference",
        "ColumnNaming",
        "ColumnRole",
        "ColumnSchema",
        "CompareOptions",
        "ComparedCosts",
        "ComparedExport",
        "ComparedFigure",
        "ComparedGroup",
        "ComparisonPhase",
        "ComparisonProgress",
        "ConversionLoss",
        "ConversionResult",
        "ConversionStatus",
        "ConvertExportsOptions",
        "ConvertExportsProgress",
        "ConvertOptions",
        "ConvertProgress",
        "ConvertTableOptions",
        "ConvertedExports",
        "ConvertedTable",
        "Counts",
        "CsvDialect",
        "Distribution",
        "DistributionsByMetric",
        "ErrorCode",
        "ErrorMetric",
        "ErrorPosition",
        "EvaluationResult",
        "ExportCatalog",
        "ExportFiles",
        "ExportFolder",
        "ExportOutcome",
        "ExportSearch",
        "ExportSource",
        "ExportSummary",
        "ExportTable",
        "ExportTimestamp",
        "ExportWarning",
        "ExportWarningCode",
        "ExportWriter",
        "ExportWriterOptions",
        "Figure",
        "FindExportsOptions",
        "Finding",
        "FindingCode",
        "FindingPlace",
        "FindingRule",
        "ForecastCost",
        "ForecastSummary",
        "ForecastType",
        "ForeignEntry",
        "FoundExport",
        "Frequency",
        "GreatestDifference",
        "GroupSummary",
        "HiddenFile",
        "HistoryValue",
        "Interval",
        "IntervalMetrics",
        "ItemSpread",
        "Leftover",
        "LeftoverList",
        "LeftoversOptions",
        "LoneRow",
        "LoneRows",
        "MeasuredExport",
        "MemoryStorage",
        "MetricCheck",
        "MetricComparison",
        "MetricName",
        "Metrics",
        "NotChecked",
        "NotCheckedCode",
        "Note",
        "NoteCode",
        "OpenOptions",
        "OverallSummary",
        "PageOptions",
        "PairedDifference",
        "PairedMetric",
        "ParetoPoint",
        "PartFile",
        "PartName",
        "PartNameFields",
        "PreparedFile",
        "Progress",
        "Rank",
        "Ranking",
        "ReadOptions",
        "Reading",
        "ReadingNote",
        "RemovedLeftovers",
        "Repair",
        "RepairKind",
        "RepairOptions",
        "RepairPlace",
        "RepairProgress",
        "RepairResult",
        "RepairedTable",
        "Report",
        "ReportOptions",
        "ReportPhase",
        "ReportProgress",
        "ReportedComparison",
        "ReportedItem",
        "ReportedItems",
        "ReportedSeries",
        "ReportedStep",
        "Row",
        "RowComparison",
        "RowPlace",
        "SeriesReason",
        "SeriesWindow",
        "Severity",
        "SkippedPart",
        "SpreadBin",
        "StockingCosts",
        "Storage",
        "StorageEntry",
        "StorageFile",
        "StorageWriter",
        "SummarizeOptions",
        "SummarizeProgress",
        "SummarizedExport",
        "SyncingFile",
        "TableComparison",
        "TableConversion",
        "TableName",
        "TableSchema",
        "TableWriter",
        "TestWindow",
        "UnitCosts",
        "Verdict",
        "VerificationReport",
        "VerifyOptions",
        "VerifyPhase",
        "VerifyProgress",
        "WapeEvidence",
        "WapeMeaning",
        "WindowCosts",
        "WindowSummary",
        "Worst",
        "WritableRows",
        "WrittenExport",
      ]
    `);
    expect(typesOf('src/sql/index.ts')).toMatchInlineSnapshot(`
      [
        "AthenaOptions",
        "DialectName",
        "DuckDbEngine",
        "DuckDbOptions",
        "EngineTimeouts",
        "QueryOptions",
        "QueryProgress",
        "SqlCell",
        "SqlEngine",
        "SummarizeWithOptions",
        "TableHome",
        "TrinoOptions",
        "TrinoTls",
        "VerifyWithOptions",
        "WriteSqlOptions",
      ]
    `);
    expect(typesOf('src/testing/index.ts')).toMatchInlineSnapshot(`
      [
        "BacktestExportMatchers",
        "DefectInfo",
        "DefectName",
        "DefectOption",
        "DimensionOption",
        "EqualExportOptions",
        "ExpectedExport",
        "ExpectedMetrics",
        "ExportExpectation",
        "ExportLike",
        "GenerateOptions",
        "GeneratedExport",
        "GeneratedFile",
        "HaveMetricsOptions",
        "Matcher",
        "MatcherContext",
        "MatcherResult",
        "MetricBounds",
        "PlantedDefect",
        "TextStyle",
        "TimeSpelling",
        "TimeSpellings",
        "VerificationMatcherOptions",
      ]
    `);
  });

  it('ships code, types, source maps and documentation, no modules of the tests', () => {
    const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    // an array, or (npm 12) an object by package name
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
    const paths = packed?.files.map(({ path }) => path) ?? [];
    const top = new Set(paths.map((path) => path.split('/')[0]));
    expect(top).toEqual(new Set(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'examples', 'package.json']));
    expect(paths).toEqual(expect.arrayContaining(['dist/cli/main.js', 'dist/index.d.ts', 'dist/worker/main.js']));
    const page = paths.filter((path) => path.startsWith('dist/viewer/'));
    expect(page).toContain('dist/viewer/index.html');
    expect(page.filter((path) => !/\.(?:html|css|js|md)$/.test(path))).toEqual([]);
    const others = paths.filter((path) => path.startsWith('dist/') && !page.includes(path));
    expect(others.filter((path) => !/\.(?:c?js|js\.map|d\.ts)$/.test(path))).toEqual([]);
  });

  it('names no registry in its lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
  });

  it.each(['src/index.ts', 'src/testing/index.ts'])('has a doc comment on everything that %s exports', (door) => {
    const index = readFileSync(join(root, door), 'utf8');
    const undocumented: string[] = [];
    for (const [, names = '', file = ''] of index.matchAll(/export (?:type )?\{([^}]+)\} from '(.+?)';/g)) {
      const source = readFileSync(join(root, door, '..', file), 'utf8');
      for (const name of names.split(',').map((entry) => entry.replace(/\btype\b/, '').trim())) {
        if (name === '') continue;
        const declared = new RegExp(
          `\\*/\\nexport (?:declare )?(?:async )?(?:abstract )?(?:class|function|interface|type|const) ${name}\\b`,
        );
        if (!declared.test(source)) undocumented.push(`${name} (${file})`);
      }
    }
    expect(undocumented).toEqual([]);
  });
});
