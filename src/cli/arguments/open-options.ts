import type { CsvDialect } from '../../batch/decode-options.ts';
import type { OpenOptions } from '../../export/find/backtest-export.ts';
import type { ExportFiles } from '../../export/entries/list-files.ts';
import { given } from '../../given.ts';
import { usageError, type Flags } from './flags.ts';
import { s3Access } from './s3-options.ts';

/** What the options say about choosing and reading an export, and what ends it; `openExport` checks the values. */
export function openOptions(flags: Flags, signal: AbortSignal): OpenOptions {
  const s3 = s3Access(flags, flags.knows('source-region') ? 'source' : undefined);
  return given({
    signal,
    s3: Object.keys(s3).length === 0 ? undefined : s3,
    jobName: flags.text('job'),
    exportedAt: flags.text('exported-at'),
    dialect: csvDialect(flags),
    repeatedHeaders: flags.choice('repeated-headers', ['refuse', 'skip']),
    dropColumns: flags.list('drop-columns'),
    indexColumns: flags.choice('index-columns', ['refuse', 'drop', 'keep']),
  });
}

/** The same of one of several exports: the choice among a folder's exports is one for all, or one for each. */
export function openOptionsOf(flags: Flags, signal: AbortSignal, index: number, exports: number): OpenOptions {
  const choose = (name: string): string | undefined => {
    const names = flags.list(name);
    if (names === undefined || names.length === 1) return names?.[0];
    if (names.length === exports) return names[index];
    throw usageError(`--${name}: expected one for all or one for each of ${exports} exports, found ${names.length}`);
  };
  return { ...openOptions(flags, signal), ...given({ jobName: choose('job'), exportedAt: choose('exported-at') }) };
}

/** What the command reads: a place, or with `--accuracy` the file of each table. */
export function sourceOf(flags: Flags, location: string): string | ExportFiles {
  const accuracyMetrics = flags.text('accuracy');
  return accuracyMetrics === undefined ? location : { forecastedValues: location, accuracyMetrics };
}

function csvDialect(flags: Flags): CsvDialect | undefined {
  const delimiter = flags.text('delimiter');
  const dialect = given({
    delimiter: tabs.includes(delimiter) ? '\t' : delimiter,
    quote: flags.text('quote'),
    escape: flags.text('escape'),
    decimal: flags.text('decimal'),
    encoding: flags.text('encoding'),
    nullTexts: flags.list('null-text'),
  });
  return Object.keys(dialect).length === 0 ? undefined : dialect;
}

/** How a tab can be typed where a shell makes the real one awkward. */
const tabs: readonly (string | undefined)[] = ['tab', '\\t'];
