import type { BacktestExport } from '../../export/find/backtest-export.ts';
import { openExport } from '../../export/open-export.ts';
import { given } from '../../given.ts';
import type { Report } from '../../report/base/report.ts';
import type { ReportOptions } from '../../report/base/report-options.ts';
import { createReport } from '../../report/create-report.ts';
import { reportToHtml } from '../../report/report-to-html.ts';
import { reportToMarkdown } from '../../report/report-to-markdown.ts';
import { jsonDocument } from '../../show/values/json.ts';
import { costsOf } from '../arguments/cost-options.ts';
import { usageError, type Flags } from '../arguments/flags.ts';
import { frequencyOf } from '../arguments/frequency-option.ts';
import { openOptionsOf, sourceOf } from '../arguments/open-options.ts';
import { reportFormats } from '../arguments/report-spec.ts';
import { printDocument } from '../print/print-document.ts';
import { withProgress } from '../print/with-progress.ts';
import { writePieces } from '../print/write-pieces.ts';
import { describeWritten } from '../print/written-report.ts';
import { exit, warn, type CommandContext } from './context.ts';
import { warnOfNotes } from './open-with-warnings.ts';
import { reportFile } from './report-file.ts';
import { ownOptions, rulesOf } from './show-report.ts';

type ReportFormat = (typeof reportFormats)[number];

/** `report`: a page about one export, as a file; or as text on standard output. */
export async function reportCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const format = formatOf(flags);
  const output = flags.text('output') ?? (format === 'html' ? undefined : '-');
  const options = reportOptions(context);
  const named = output === undefined || output === '-' ? undefined : reportFile(output, flags, signal);
  // hours of work are not for a file that cannot be written
  await named?.assertFree();
  const compare = await openOthers(context);
  const { report, text } = await withProgress(context, async (onProgress) => {
    const made = await createReport(sourceOf(flags, location), { ...options, compare, signal, onProgress });
    onProgress({ bytes: 0, totalBytes: 0, phase: 'drawing' });
    return { report: made, text: await textOf(made, format, context) };
  });
  await warnOfNotes(context, report.readingNotes);
  if (output === '-') {
    await writePieces(context.out, [text], signal);
    return exit.fine;
  }
  const file = named ?? reportFile(defaultName(report), flags, signal);
  const bytes = new TextEncoder().encode(text);
  await file.write(bytes);
  const written = { file: file.name, path: file.path, bytes: bytes.length, format, report };
  await printDocument(context, describeWritten(written), format === 'json' ? 'json' : 'table');
  return exit.fine;
}

/** What `--format` and `--json` ask for, else the ending of the file. */
function formatOf(flags: Flags): ReportFormat {
  const named = flags.choice('format', reportFormats);
  if (flags.has('json')) {
    if (named !== undefined && named !== 'json') throw usageError(`--json and --format ${named} exclude each other`);
    return 'json';
  }
  const ending = /\.(?:(md|markdown)|json)$/i.exec(flags.text('output') ?? '');
  return named ?? (ending === null ? 'html' : ending[1] === undefined ? 'json' : 'markdown');
}

function reportOptions({ flags, signal }: CommandContext): ReportOptions {
  const { signal: _, ...open } = openOptionsOf(flags, signal, 0, flags.texts('compare').length + 1);
  return given({
    open,
    items: flags.count('items'),
    chosen: flags.has('item') ? flags.texts('item') : undefined,
    rankBy: flags.text('rank'),
    point: flags.text('point'),
    costs: costsOf(flags),
    ...rulesOf(flags),
    ...ownOptions(flags),
    frequency: frequencyOf(flags),
  });
}

/** Opens the exports of `--compare`, and shows their warnings. */
async function openOthers(context: CommandContext): Promise<BacktestExport[]> {
  const { flags, signal } = context;
  const locations = flags.texts('compare');
  const opened: BacktestExport[] = [];
  for (const [index, location] of locations.entries()) {
    const options = openOptionsOf(flags, signal, index + 1, locations.length + 1);
    const found = await withProgress(context, () => openExport(location, options));
    for (const { code, message } of found.warnings) await warn(context, code, message);
    opened.push(found);
  }
  return opened;
}

async function textOf(report: Report, format: ReportFormat, { argv, signal }: CommandContext): Promise<string> {
  if (format === 'json') return [...jsonDocument(report)].join('');
  const options = { command: ['backtest-export', ...argv].map(shellWord).join(' '), signal };
  return format === 'markdown' ? reportToMarkdown(report, options) : reportToHtml(report, options);
}

/** A word of a command as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** `bike-report.html`, without anything that a name of a file should not have. */
function defaultName({ export: { jobName, location } }: Report): string {
  const name = jobName ?? location.split(/[/\\]/).findLast((piece) => piece !== '') ?? '';
  const safe = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._-]+/, '');
  return `${cutToBytes(safe, longestName) || 'export'}-report.html`;
}

/** Most bytes of it: names of files have 255 at most, and get an ending while they are written. */
const longestName = 100;

/** As many whole characters from the front as fit. */
function cutToBytes(text: string, most: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(most));
  return text.slice(0, read);
}
