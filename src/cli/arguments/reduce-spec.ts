import { toggle, type CommandSpec } from './option-spec.ts';
import { formatOptions, helpOption, readingOption, worstOption } from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `reduce`. */
export const reduceSpec: CommandSpec = {
  name: 'reduce',
  summary: 'Merge the states of all parts of a plan into the result',
  argument: '[FILE …]',
  details: [
    'Takes the states that `map` printed, in any order, from files, from all files of a folder, or from standard input, and ' +
      'prints what `summarize` prints. A state that is damaged, of another plan, there twice or missing is an error: there is no ' +
      'result of part of the data.',
  ],
  options: [
    worstOption,
    readingOption,
    ...formatOptions('csv', 'markdown'),
    toggle(
      'guard-formulas',
      "With --format csv: put ' before texts that a spreadsheet would run as formulas; changes the data",
    ),
    ...s3Options,
    helpOption,
  ],
  examples: ['reduce states.jsonl', 'reduce s3://bucket/states/ --format csv', 'reduce states/ --worst WAPE:10 --json'],
};
