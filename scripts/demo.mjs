/** `npm run demo`: the command on the bundled export, each command line shown before its output. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist', 'cli', 'main.js');
const folder = 'fixtures/retail/export';
const commands = [
  ['inspect', folder],
  ['summarize', folder, '--by', 'item', '--worst', 'WAPE:3'],
  ['head', folder, '--rows', '3'],
];

for (const argv of commands) {
  process.stdout.write(`$ backtest-export ${argv.join(' ')}\n`);
  const { status, error } = spawnSync(process.execPath, [main, ...argv], { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 2);
  process.stdout.write('\n');
}
process.stdout.write(
  'Next: `npx backtest-export summarize FOLDER` with an export of your own; README.md shows the library.\n',
);
