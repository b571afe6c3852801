import type { CsvDialect } from '../../batch/decode-options.ts';
import type { OpenOptions } from '../../export/backtest-export.ts';
import type { ExportFiles } from '../../export/list-files.ts';
import type { Flags } from './flags.ts';

/** What the options say about choosing and reading an export, and what ends it; `openExport` checks the values. */
export function openOptions(flags: Flags, signal: AbortSignal): OpenOptions {
  const jobName = flags.text('job');
  const exportedAt = flags.text('exported-at');
  const dialect = csvDialect(flags);
  const dropColumns = flags.list('drop-columns');
  const indexColumns = flags.choice('index-columns', ['refuse', 'drop', 'keep']);
  return {
    signal,
    ...(jobName === undefined ? {} : { jobName }),
    ...(exportedAt === undefined ? {} : { exportedAt }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(flags.text('repeated-headers') === 'skip' ? { repeatedHeaders: 'skip' } : {}),
    ...(dropColumns === undefined ? {} : { dropColumns }),
    ...(indexColumns === undefined ? {} : { indexColumns }),
  };
}

/** What the command reads: a place, or with `--accuracy` the file of each table. */
export function sourceOf(flags: Flags, location: string): string | ExportFiles {
  const accuracyMetrics = flags.text('accuracy');
  return accuracyMetrics === undefined ? location : { forecastedValues: location, accuracyMetrics };
}

const dialectNames = ['delimiter', 'quote', 'escape', 'decimal', 'encoding'] as const;

function csvDialect(flags: Flags): CsvDialect | undefined {
  const given = dialectNames.flatMap((name) => {
    const text = flags.text(name);
    return text === undefined ? [] : [[name, name === 'delimiter' && tabs.has(text) ? '\t' : text] as const];
  });
  const nullTexts = flags.list('null-text');
  if (nullTexts === undefined && given.length === 0) return undefined;
  return { ...Object.fromEntries(given), ...(nullTexts === undefined ? {} : { nullTexts }) };
}

/** How a tab can be typed where a shell makes the real one awkward. */
const tabs = new Set(['tab', '\\t']);
