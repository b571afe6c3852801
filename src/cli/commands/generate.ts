import { quoteText } from '../../errors.ts';
import { isTableName, tableNames } from '../../schema/schema.ts';
import { listExports } from '../../export/list-exports.ts';
import { listSwapFolders } from '../../export/swap/list-swapped.ts';
import { settleFolder } from '../../export/swap/settle-folder.ts';
import { parseExportTimestamp } from '../../naming/export-timestamp.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { exit, type CommandContext } from './context.ts';
import { usageError } from '../arguments/flags.ts';
import { generateOptions } from '../arguments/generate-options.ts';
import { jsonDocument } from '../print/json.ts';
import { writePieces } from '../print/output.ts';
import { factsSection, listSection, tableSection } from '../print/sections.ts';
import { stopOnAbort } from './stop-on-abort.ts';
import { showBytes, showCount, showText, showTime } from '../print/show-value.ts';
import { defectNames, describeDefect, generateExport } from '../../testing/index.ts';
import type { GeneratedExport, GenerateOptions, PlantedDefect } from '../../testing/index.ts';

/** `generate`: writes a synthetic export; never over something. */
export async function generate(context: CommandContext): Promise<number> {
  const { flags, out } = context;
  if (flags.has('list-defects')) return listDefects(context);
  const folder = flags.argument();
  const options = generateOptions(flags);
  const storage = stopOnAbort(openStorage(folder), context.signal);
  const markers = await missingMarkers(storage, folder, options, flags.has('add'));
  const made = await generateExport(storage, { ...options, markers });
  const pieces = flags.has('json')
    ? jsonDocument({ location: folder, ...made })
    : [formatGenerated(folder, made, context)];
  await writePieces(out, pieces, context.signal);
  return exit.fine;
}

const standardMarkers = ['_CHECK', '_SUCCESS'] as const;

/**
 * Makes sure that writing can replace nothing: the folder is missing or empty, or with `--add` holds no part of the same
 * export. Answers the markers to write, which are those that do not lie there yet.
 */
async function missingMarkers(
  storage: Storage,
  folder: string,
  options: GenerateOptions,
  add: boolean,
): Promise<('_CHECK' | '_SUCCESS')[]> {
  const wanted = [...(options.markers ?? standardMarkers)];
  await settleFolder(storage);
  const paths = [...(await listSwapFolders(storage)).keys()];
  // an empty folder for a table may be one that a killed run has made
  const isEmpty = (path: string): boolean => isTableName(path) && !paths.some((other) => other.startsWith(`${path}/`));
  const entries = paths.filter((path) => !path.includes('/') && !isEmpty(path));
  if (entries.length === 0) return wanted;
  if (!add) {
    const problem = `expected a new or empty folder, found ${showCount(entries.length, 'entry', 'entries')} in ${quoteText(folder)}`;
    throw usageError(`${problem}; --add writes beside them, and never replaces a file`);
  }
  const { exports } = await listExports(storage);
  const jobName = options.jobName ?? 'synthetic_backtest';
  const exportedAt = parseExportTimestamp(options.exportedAt ?? '2021-12-14T13-20-10Z').date.getTime();
  if (exports.some((found) => found.jobName === jobName && found.exportedAt?.getTime() === exportedAt)) {
    throw usageError(
      `${quoteText(folder)} holds this export of ${jobName} already: choose another --job or --exported-at`,
    );
  }
  return wanted.filter((name) => !entries.includes(name));
}

function formatGenerated(folder: string, made: GeneratedExport, context: CommandContext): string {
  const { rows, windows } = made;
  const facts: [string, string][] = [
    ['job', `${made.jobName}, exported ${made.exportedAt}`],
    ['files', `${made.files.length}, ${showBytes(made.bytes)}`],
    ...tableNames.map((table): [string, string] => [table, showCount(rows[table], 'row')]),
    ['series', String(made.series)],
    [
      'windows',
      `${windows.length}, from ${showTime(`${windows[0]?.start}Z`)} to ${showTime(`${windows.at(-1)?.end}Z`)}`,
    ],
  ];
  const sections = [factsSection(`Wrote ${showText(folder)}`, facts, context.outStyle)];
  if (made.planted.length > 0) {
    sections.push(listSection('Planted defects', made.planted.map(describePlanted), context.outStyle));
  }
  return sections.join('\n');
}

function describePlanted(defect: PlantedDefect): string {
  const { name, path, record, line, column, expectedCode } = defect;
  const place = [
    showText(path),
    ...(record === undefined ? [] : [`record ${record}`]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${showText(column)}`]),
  ].join(', ');
  return `${name} in ${place}: reading ${expectedCode === undefined ? 'succeeds' : `gives ${expectedCode}`}`;
}

async function listDefects(context: CommandContext): Promise<number> {
  const defects = defectNames.map((name) => ({ name, ...describeDefect(name) }));
  if (context.flags.has('json')) {
    await writePieces(context.out, jsonDocument(defects), context.signal);
    return exit.fine;
  }
  const columns = [
    { header: 'defect', whole: true },
    { header: 'reading gives', whole: true },
    { header: 'what it is' },
  ];
  const rows = defects.map(({ name, expects, description }) => [name, expects ?? 'a result', description]);
  await context.out.write(tableSection('', columns, rows, context.outStyle));
  return exit.fine;
}
