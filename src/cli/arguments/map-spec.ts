import { option, type CommandSpec } from './option-spec.ts';
import { helpOption } from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `map`. */
export const mapSpec: CommandSpec = {
  name: 'map',
  summary: 'Read the parts named by lines of a plan, and print their sums',
  argument: '[FILE …]',
  details: [
    'Takes one or more lines that `plan` printed, from files or from standard input, and prints the state of each as a line ' +
      'of JSON (several for a part with very many groups), for `reduce`. Uses one thread, and 65 MB by window (up to 300 MB by item ' +
      'and step): run as many at a time as there are cores.',
  ],
  options: [
    option('line', 'JSON', 'The line itself, instead of a file'),
    option(
      'location',
      'FOLDER',
      'Where the same export is from here, if not where it was planned (a mounted bucket, a copy); of a copy only sizes are compared',
    ),
    ...s3Options,
    helpOption,
  ],
  examples: [
    'map < plan.jsonl > states.jsonl',
    'map --line "$LINE"',
    'map plan.jsonl --location /mnt/bike > states.jsonl',
  ],
};
