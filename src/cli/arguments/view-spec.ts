import { option, toggle, type CommandSpec } from './option-spec.ts';
import { helpOption } from './shared-options.ts';

/** The options of `view`. */
export const viewSpec: CommandSpec = {
  name: 'view',
  summary: 'Look at exports in a browser: a page on this machine, which opens the exports of FOLDER',
  argument: '[FOLDER]',
  details: [
    'Prints the address of the page and serves it until Ctrl-C. The page shows the report of the export in FOLDER and below it, or a ' +
      'list where there are several; without FOLDER it waits for a folder or a zip file to be dropped on it.',
    'Only this machine can reach it, and only by the address that is printed: it has a secret in it. The browser reads the exports ' +
      'from here by ranges; nothing is sent to another machine.',
  ],
  options: [
    option('port', 'N', 'Port to listen on, 0 for any', '0'),
    toggle('open', 'Open the address in the browser, as is done by itself on a terminal'),
    toggle('no-open', 'Only print the address'),
    helpOption,
  ],
  examples: ['view exports/bike', 'view', 'view exports --port 8080 --no-open'],
};
