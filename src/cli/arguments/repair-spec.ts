import { option, toggle, type CommandSpec } from './option-spec.ts';
import {
  choiceOptions,
  helpOption,
  progressOption,
  jsonOption,
  overwriteOption,
  plainDialectOptions,
} from './shared-options.ts';
import { s3CopyOptions } from './s3-options.ts';

/** The options of `repair`. */
export const repairSpec: CommandSpec = {
  name: 'repair',
  summary: 'Write a clean, complete copy of an export: no repeated rows or headers, parts renumbered',
  argument: 'SOURCE DEST',
  details: [
    'Writes one export to DEST in the same format. Rows that repeat an earlier row, header lines inside the data and empty ' +
      'parts are dropped, and everything that was dropped is listed. SOURCE is never changed.',
    'Two rows with the same key but different numbers stop the command, since there is no way to know which one is right; ' +
      '--keep-first keeps the first.',
  ],
  options: [
    toggle('keep-first', 'Of rows with the same key but different numbers, keep the first and list the others'),
    toggle('skip-bad-parts', 'Leave out parts that cannot be read, and list them'),
    overwriteOption,
    option('max-places', 'N', 'Places to list for each kind of repair; all are counted', '10'),
    ...choiceOptions,
    jsonOption,
    ...plainDialectOptions,
    ...s3CopyOptions,
    progressOption,
    helpOption,
  ],
  examples: [
    'repair exports/bike clean/bike',
    'repair downloads clean --job bike --exported-at latest --skip-bad-parts',
  ],
};
