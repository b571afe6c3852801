import { given } from '../../given.ts';
import { dialectNames } from '../../sql/dialects/dialect.ts';
import { writeSql } from '../../sql/write-sql.ts';
import { usageError } from '../arguments/flags.ts';
import { exit, type CommandContext } from './context.ts';
import { openWithWarnings } from './open-with-warnings.ts';

/** `sql`: statements that summarize or check an export in an engine, to be pasted. */
export async function sqlCommand(context: CommandContext): Promise<number> {
  const { flags, signal } = context;
  const location = flags.argument();
  const dialect = flags.choice('dialect', dialectNames);
  if (dialect === undefined) throw usageError(`--dialect is required: ${dialectNames.join(', ')}`);
  const options = given({
    table: flags.text('table'),
    for: flags.choice('for', ['summarize', 'verify']),
    by: flags.list('by'),
    sums: flags.choice('sums', ['exact', 'plain']),
    point: flags.text('point'),
    location: flags.text('location'),
  });
  const opened = await openWithWarnings(context, location);
  await context.out.write(await writeSql(opened, { ...options, dialect, signal }));
  return exit.fine;
}
