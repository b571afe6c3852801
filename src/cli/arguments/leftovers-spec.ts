import { option, toggle, type CommandSpec } from './option-spec.ts';
import { s3Options } from './s3-options.ts';
import { helpOption, jsonOption } from './shared-options.ts';

/** The options of `leftovers`. */
export const leftoversSpec: CommandSpec = {
  name: 'leftovers',
  summary: 'List or remove what killed writers left in a folder and below it',
  argument: 'FOLDER',
  details: [
    'Searches the folder and the folders below it, so that a whole lake can be given. Lists hidden files under temporary names, files of a replacement that did not end, and uploads to S3 that were never ' +
      'completed. With --remove it does what the next write into the folder would do: remove them, and finish or undo the ' +
      'replacement. What a running process of this machine writes is never touched.',
    'Exit code 1 if something that should have been removed is still there.',
  ],
  options: [
    toggle('remove', 'Remove what is left, as the next write would'),
    option(
      'older-than',
      'HOURS',
      'Count what another machine or container wrote as left after so many hours without a change',
      '24',
    ),
    option('depth', 'N', 'Levels of folders below to search', '8'),
    jsonOption,
    ...s3Options,
    helpOption,
  ],
  examples: ['leftovers s3://lake', 'leftovers s3://lake/bike --older-than 2 --remove'],
};
