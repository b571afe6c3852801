/**
 * `summarize` of an export of about 300 MB of CSV in Chromium, in a page and on its thread alone, beside Node on one thread;
 * then with workers. Files are given as somebody chooses them, all results are compared first, rounds are interleaved. Of one
 * thread also its processor time, which a busy machine does not change; in a browser another process reads the files.
 * `node bench/browser.mjs [FOLDER] [ROUNDS]`, after `npm run build`; CHROMIUM names another browser.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { join, normalize } from 'node:path';
import { summarize } from 'backtest-export';
import { chromium } from 'playwright-core';
import { ensureExport } from './data.mjs';
import { machineLine, median } from './report.mjs';

const root = join(import.meta.dirname, '..');
const [folder = ensureExport(join(root, '.bench', '300MB'), { items: 16_000 }).folder, rounds = '7'] =
  process.argv.slice(2);
const executablePath =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

const html = `<!doctype html><input type="file" webkitdirectory><script type="module">
  import * as lib from '/dist/browser/index.js';
  Object.assign(globalThis, { lib });
</script>`;
// isolated, so that threads can share memory as in Node
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const server = createServer(({ url = '/' }, response) => {
  const path = normalize(url);
  const isCode = path.startsWith('/dist/browser/') && existsSync(join(root, path));
  const type = path === '/' ? 'text/html' : 'text/javascript';
  response.writeHead(path === '/' || isCode ? 200 : 404, { 'content-type': type, ...isolated });
  response.end(path === '/' ? html : isCode ? readFileSync(join(root, path)) : '');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await measure(await openPage());
} finally {
  await browser.close();
  server.close();
}

async function openPage() {
  const page = await browser.newPage();
  page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.setInputFiles('input', folder);
  return { page, session };
}

async function measure(opened) {
  process.stdout.write(`${machineLine()}, Chromium ${browser.version()}\n`);
  const contenders = [
    ['Node, one thread', () => inNode(1)],
    ['Chromium, the thread of the page', () => inPage(opened, 1)],
    [`Node, ${availableParallelism()} threads`, () => inNode(availableParallelism())],
    [`Chromium, ${availableParallelism()} threads`, () => inPage(opened, availableParallelism())],
  ].map(([name, run]) => ({ name: String(name), run, times: [], used: [] }));
  let expected;
  for (let round = 0; round < 3 + Number(rounds); round++) {
    for (const { name, run, times, used } of contenders) {
      const { time, text, processor } = await run();
      expected ??= text;
      if (text !== expected) throw new Error(`${name} gives another summary`);
      if (round < 3) continue; // compiles
      times.push(time);
      used.push(processor);
    }
  }
  const [node] = contenders;
  for (const { name, times, used } of contenders) {
    const [middle, processor] = [median(times), median(used)];
    const speed = (median(node.times) / middle).toFixed(2);
    const own = name.endsWith('threads')
      ? ''
      : `; processor time of the thread ${processor.toFixed(0)} ms, ${(median(node.used) / processor).toFixed(2)} times`;
    process.stdout.write(
      `${name}: median ${middle.toFixed(0)} ms, ${speed} times the speed of Node on one thread${own}\n`,
    );
  }
}

async function inNode(threads) {
  const start = performance.now();
  const before = process.cpuUsage();
  const summary = await summarize(folder, { threads });
  const { user, system } = process.cpuUsage(before);
  return { time: performance.now() - start, processor: (user + system) / 1000, text: textOf(summary) };
}

async function inPage({ page, session }, threads) {
  const before = await threadTime(session);
  const { time, summary } = await page.evaluate(async (count) => {
    const { files } = document.querySelector('input');
    const start = performance.now();
    const made = await globalThis.lib.summarize(globalThis.lib.createFileStorage(files), { threads: count });
    return { time: performance.now() - start, summary: made };
  }, threads);
  return { time, processor: (await threadTime(session)) - before, text: textOf(summary) };
}

/** Milliseconds of processor time that the thread of the page has had. */
async function threadTime(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
}

function textOf(summary) {
  return JSON.stringify({ ...summary, export: { ...summary.export, location: '' } });
}
