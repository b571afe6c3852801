/**
 * `npm run demo`: looks at a bundled export the way a user would, by the built command. Writes its report to `demo/`, which git
 * ignores, and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = 'fixtures/retail/export';
const report = 'demo/report.html';
const runs = [
  ['inspect', folder],
  ['summarize', folder, '--by', 'item', '--worst', 'WAPE:3'],
  ['head', folder, '--rows', '3'],
  ['report', folder, '-o', report, '--item', 'item_0003'],
];

for (const args of runs) {
  process.stdout.write(`\n$ backtest-export ${args.join(' ')}\n\n`);
  const { status } = spawnSync(process.execPath, [join('dist', 'cli', 'main.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
process.stdout.write(`\nOpen ${join(root, report)} in a browser: that is the report.\n`);
process.stdout.write('Now your own: node dist/cli/main.js summarize FOLDER   (see README.md)\n');
