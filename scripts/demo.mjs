/** `npm run demo`: looks at a bundled export the way a user would. Runs the built command; writes nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = 'fixtures/retail/export';
const runs = [
  ['inspect', folder],
  ['summarize', folder, '--by', 'item', '--worst', 'WAPE:3'],
  ['head', folder, '--rows', '3'],
];

for (const args of runs) {
  process.stdout.write(`\n$ backtest-export ${args.join(' ')}\n\n`);
  const { status } = spawnSync(process.execPath, [join('dist', 'cli', 'main.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
process.stdout.write('\nNow your own: node dist/cli/main.js summarize FOLDER   (see README.md)\n');
