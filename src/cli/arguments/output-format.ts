import { usageError, type Flags } from './flags.ts';

/** What `--format` and its short form `--json` ask for; `table` by default. */
export function outputFormat(flags: Flags): string {
  const format = flags.text('format');
  if (!flags.has('json')) return format ?? 'table';
  if (format !== undefined && format !== 'json') throw usageError(`--json and --format ${format} exclude each other`);
  return 'json';
}
