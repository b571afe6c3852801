/**
 * `node bench/viewer.mjs FOLDER`: what a reader waits for while the viewer reads an export, and how long the page's own thread is
 * busy meanwhile: the longest task of 50 ms and more, and the longest time between two frames. Needs a build and Chromium
 * (`CHROMIUM`, by default /usr/bin/chromium). Fails if no report appears.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('node bench/viewer.mjs FOLDER\n');
  process.exit(2);
}
const main = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const server = spawn(process.execPath, [main, 'view'], { stdio: ['ignore', 'pipe', 'inherit'] });
const [said] = await once(server.stdout, 'data');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage();
  await page.addInitScript(watchThread);
  await page.goto(/^open (\S+)/.exec(said.toString())[1]);
  await page.setInputFiles('input[webkitdirectory]', folder);
  await page.getByRole('button', { name: 'Show the report' }).waitFor();
  await page.evaluate(() => globalThis.watched.reset());
  const start = performance.now();
  await page.getByRole('button', { name: 'Show the report' }).click();
  const tools = page.locator('.report-tools');
  await page.getByText('Drawing the charts').or(tools).first().waitFor({ timeout: 600_000 });
  report('until the charts are drawn', start, await page.evaluate(() => globalThis.watched.reset()));
  await tools.waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  report('until the report is shown', start + 500, await page.evaluate(() => globalThis.watched.reset()));
} finally {
  await browser.close();
  server.kill('SIGINT');
}

function report(what, start, { longest, gap }) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${what}: ${seconds} s, longest task ${longest.toFixed(0)} ms, longest time between frames ${gap.toFixed(0)} ms`,
  );
}

/** Runs in the page. */
function watchThread() {
  let [longest, gap, last] = [0, 0, performance.now()];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ entryTypes: ['longtask'] });
  const frame = () => {
    gap = Math.max(gap, performance.now() - last);
    last = performance.now();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.watched = {
    reset: () => {
      const seen = { longest, gap };
      [longest, gap, last] = [0, 0, performance.now()];
      return seen;
    },
  };
}
