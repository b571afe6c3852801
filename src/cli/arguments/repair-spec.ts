import type { CommandSpec } from './option-spec.ts';
import { choiceOptions, dialectOptions, helpOption, jsonOption } from './shared-options.ts';

/** The options of `repair`. */
export const repairSpec: CommandSpec = {
  name: 'repair',
  summary: 'Write a clean copy of an export: without repeated rows and headers, parts numbered anew, complete',
  argument: 'SOURCE DEST',
  details: [
    'Takes one export and writes it to DEST in the same format: rows that repeat an earlier row, header lines inside the data ' +
      'and empty parts are dropped, and everything that was dropped is listed. SOURCE is only read.',
    'Two rows of one key with different numbers stop the command, since nobody can know which is true; --keep-first keeps the ' +
      'first of them.',
  ],
  options: [
    { name: 'keep-first', help: 'Of rows with one key and different numbers keep the first, and list the others' },
    { name: 'skip-bad-parts', help: 'Leave out parts that cannot be read, and list them' },
    { name: 'overwrite', help: 'Replace this export where DEST holds it, once the new one is complete' },
    { name: 'max-places', value: 'N', help: 'Places to list of each kind; all are counted', default: '10' },
    ...choiceOptions,
    jsonOption,
    ...dialectOptions.filter(({ name }) => name !== 'repeated-headers'),
    helpOption,
  ],
  examples: [
    'repair exports/bike clean/bike',
    'repair downloads clean --job bike --exported-at latest --skip-bad-parts',
  ],
};
