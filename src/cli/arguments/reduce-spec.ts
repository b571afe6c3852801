import { costOptions } from './cost-options.ts';
import { judgingOptions, temporaryFolderOption } from './judging-options.ts';
import { option, toggle, type CommandSpec } from './option-spec.ts';
import {
  formatOptions,
  helpOption,
  progressOption,
  readingOption,
  threadsOption,
  worstOption,
} from './shared-options.ts';
import { s3Options } from './s3-options.ts';

/** The options of `reduce`. */
export const reduceSpec: CommandSpec = {
  name: 'reduce',
  summary: 'Merge the states of all parts of a plan into the result',
  argument: '[FILE …]',
  details: [
    'Takes the states that `map` printed, in any order, from files, from all files of a folder, or from standard input. Prints what ' +
      '`summarize` prints, or what `verify` prints if the plan was made with --for verify; parts with findings are then read again, ' +
      'to list the places.',
    'A state that is damaged, repeated, missing or of another plan is an error: no result is ever made of part of the data.',
  ],
  options: [
    worstOption,
    readingOption,
    ...costOptions,
    ...formatOptions('csv', 'markdown'),
    toggle(
      'guard-formulas',
      "With --format csv: put ' before texts that a spreadsheet would run as formulas; changes the data",
    ),
    ...judgingOptions.map((spec) => ({ ...spec, help: `Of a plan for verify: ${lowerFirst(spec.help)}` })),
    threadsOption,
    temporaryFolderOption,
    option('location', 'FOLDER', 'Of a plan for verify: where the export is from here, if not where it was planned'),
    ...s3Options,
    progressOption,
    helpOption,
  ],
  examples: ['reduce states.jsonl', 'reduce s3://bucket/states/ --format csv', 'reduce states/ --worst WAPE:10 --json'],
};

/** As it is inside a sentence; an abbreviation stays. */
function lowerFirst(text: string): string {
  return /^[A-Z]{2}/.test(text) ? text : text.slice(0, 1).toLowerCase() + text.slice(1);
}
