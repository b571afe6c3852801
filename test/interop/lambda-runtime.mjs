/**
 * `node lambda-runtime.mjs FOLDER EVENT REMAINING [NAME]`: calls the handler of a bundle, `handler` or the one of that name, as
 * Lambda does: from its folder, which is read-only, with the milliseconds that remain. As root it becomes nobody first, whom the system lets write to /tmp only.
 * Prints what came of it, the workers that were started, Node's warnings and the peak of its memory.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = '', event = '', remaining = '', name = 'handler'] = process.argv.slice(2);
if (process.getuid?.() === 0) {
  process.setgroups([]);
  process.setgid(65534);
  process.setuid(65534);
}
process.chdir(folder);
const told = { workers: 0, warnings: [] };
process.on('worker', () => told.workers++);
process.removeAllListeners('warning');
process.on('warning', ({ name, code }) => name === 'Warning' && code !== undefined && told.warnings.push(code));

const start = performance.now();
const { [name]: handler } = await import(pathToFileURL(join(folder, 'handler.mjs')).href);
const loaded = performance.now();
const end = loaded + Number(remaining);
const context = { getRemainingTimeInMillis: () => Math.round(end - performance.now()) };
const outcome = await handler(JSON.parse(event), context).then(
  (answer) => ({ answer }),
  ({ name, code, message }) => ({ error: { name, code, message } }),
);
const milliseconds = { load: Math.round(loaded - start), work: Math.round(performance.now() - loaded) };
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ ...outcome, ...told, milliseconds, megabytes }));
