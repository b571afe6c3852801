import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BlobReader, TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { generateExport } from 'backtest-export/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FakeStream, run } from '../cli/run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { findInaccessible } from './support/find-inaccessible.ts';
import { hostileIds, hostileName, writeHostileExport } from './support/hostile-export.ts';
import { useBrowser, type WatchedPage } from './support/use-browser.ts';

const browser = useBrowser();
const root = join(import.meta.dirname, '../..');
const retail = join(root, 'fixtures/retail/export');

/** The built page on a static host, below a path of its own. */
async function openViewer(options: Parameters<typeof browser.open>[1] = {}): Promise<WatchedPage> {
  const { origin } = await browser.serve({ folders: { '/some/where/': join(root, 'dist/viewer') } });
  return browser.open(`${origin}/some/where/index.html`, options);
}

const heading = (page: Page, name: string | RegExp): ReturnType<Page['getByRole']> =>
  page.getByRole('heading', { level: 1, name });

async function chooseFolder(page: Page, folder: string): Promise<void> {
  await page.setInputFiles('input[webkitdirectory]', folder);
}

async function showReport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show the report' }).click();
  await page.getByRole('region', { name: 'What to do with this report' }).waitFor();
}

/** Presses the button of a format, and gives the file that the browser saves. */
async function save(page: Page, format: string): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Save as ${format}` }).click(),
  ]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** What `backtest-export report` gives; the export is called by its folder alone, as a browser knows it. */
async function reportOf(folder: string, name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(['report', folder, '--format', 'json', ...args]);
  expect([code, stderr.includes('error')]).toEqual([expect.any(Number), false]);
  return stdout.replaceAll(JSON.stringify(folder), JSON.stringify(name));
}

/** A zip file of a folder, with the folder's own name in it. */
async function zipOf(folder: string, name: string): Promise<string> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await writer.add(`${name}/${relative(folder, path)}`, new BlobReader(new Blob([readFileSync(path)])));
  }
  const path = join(temporaryFolder(), `${name}.zip`);
  writeFileSync(path, await writer.close());
  return path;
}

/** Drops a folder of files on the page, as directory entries. */
async function dropFolder(page: Page, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate(
    ([folderName, texts]) => {
      const root: Record<string, unknown> = {};
      const fileEntry = (path: string, text: string): object => ({
        isFile: true,
        isDirectory: false,
        fullPath: path,
        name: path.split('/').at(-1),
        file: (resolve: (file: File) => void, reject: (error: unknown) => void) => {
          if (text === 'gone') reject(new DOMException('it is gone', 'NotFoundError'));
          else resolve(new File([text], path.split('/').at(-1) ?? ''));
        },
      });
      const folderEntry = (path: string): object => {
        const names = Object.keys(texts)
          .map((file) => `/${folderName}/${file}`)
          .filter((file) => file.startsWith(`${path}/`));
        const direct = [...new Set(names.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))];
        const entries = direct.map((each) => {
          const inner = `${path}/${each}`;
          const text = texts[inner.slice(folderName.length + 2)];
          return text === undefined ? folderEntry(inner) : fileEntry(inner, text);
        });
        // a hundred at a time, and then none, as browsers do
        const createReader = (): object => {
          let at = 0;
          return {
            readEntries: (resolve: (entries: object[]) => void) => resolve(entries.slice(at, (at += 2))),
          };
        };
        return { isFile: false, isDirectory: true, fullPath: path, name: path.split('/').at(-1), createReader };
      };
      root['entry'] = folderEntry(`/${folderName}`);
      const transfer = new DataTransfer();
      transfer.items.add(new File([], folderName));
      const items = [{ kind: 'file', webkitGetAsEntry: () => root['entry'] }];
      Object.defineProperty(transfer, 'items', { value: items });
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    },
    [name, files] as const,
  );
}

function textsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), readFileSync(path, 'utf8')];
    }),
  );
}

describe('the viewer', () => {
  it('reads a folder that was chosen, and saves what the command prints, to the last bit', async () => {
    const { page } = await openViewer();
    expect(await findInaccessible(page)).toEqual([]);
    await chooseFolder(page, retail);
    await heading(page, '1 export found').waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await findInaccessible(page)).toEqual([]);
    await showReport(page);
    await heading(page, 'retail_daily').waitFor();
    expect(await page.title()).toContain('retail_daily');
    expect(await findInaccessible(page)).toEqual([]);
    const json = await save(page, 'JSON');
    expect(json.name).toBe('retail_daily_2021-12-14T13-20-10Z.json');
    expect(json.text).toBe(await reportOf(retail, 'export'));
    const html = await save(page, 'One HTML file');
    expect(html.text).toContain('Content-Security-Policy');
    expect((await save(page, 'Markdown')).text).toContain('### Calibration');
    const csv = (await save(page, 'CSV')).text.split('\r\n');
    expect(csv[0]).toBe('section,start,end,step,item,dimensions,rank,metric,value');
    const { summary } = JSON.parse(json.text) as { summary: { metrics: { WAPE: number } } };
    expect(csv).toContain(`overall,,,,,,,WAPE,${summary.metrics.WAPE}`);
  });

  it('reads a folder that was dropped and a zip file of it as the same', async () => {
    const expected = await reportOf(retail, 'export');
    const { page } = await openViewer();
    await dropFolder(page, 'export', textsOf(retail));
    await showReport(page);
    expect((await save(page, 'JSON')).text).toBe(expected);
    await page.getByRole('button', { name: 'Open other files' }).click();
    await heading(page, 'Look at a backtest export').waitFor();
    await page.setInputFiles('input[type=file]:not([webkitdirectory])', await zipOf(retail, 'export'));
    await showReport(page);
    const zipped = (await save(page, 'JSON')).text;
    expect(zipped.replaceAll('"export.zip"', '"export"')).toBe(expected);
  });

  it('shows what is odd about the exports of a folder, and compares them with costs and chosen items', async () => {
    const folder = join(temporaryFolder(), 'both');
    await generateExport(join(folder, 'one'), { jobName: 'one', items: 12 });
    await generateExport(join(folder, 'two'), { jobName: 'two', items: 12, markers: ['_CHECK'] });
    mkdirSync(join(folder, 'one', 'more'));
    writeFileSync(join(folder, 'one', 'notes.txt'), 'notes');
    const { page } = await openViewer();
    await chooseFolder(page, folder);
    await heading(page, '2 exports found').waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toContain('SUCCESS_MISSING');
    expect(text).toContain('one/notes.txt');
    await page.getByRole('radio', { name: 'one' }).check();
    await page.getByText('What the report shows').click();
    await page.getByRole('checkbox', { name: /^two/ }).check();
    const { items } = { items: 'item_0000\nmissing' };
    await page.getByLabel('Items to draw').fill(items);
    await page.getByLabel('Rank items by').selectOption('RMSE');
    await page.getByLabel('Items in each list').fill('3');
    await page.getByLabel('Cost of a unit that is missing').fill('9');
    await page.getByLabel('Cost of a unit that is left over').fill('1');
    expect(await findInaccessible(page)).toEqual([]);
    await showReport(page);
    const report = JSON.parse((await save(page, 'JSON')).text) as {
      readonly items: {
        readonly rankedBy: string;
        readonly worst: readonly unknown[];
        readonly notFound: readonly string[];
      };
      readonly costs: { readonly criticalRatio: number };
      readonly comparison?: { readonly exports: readonly { readonly location: string }[] };
    };
    expect(report.items).toMatchObject({ rankedBy: 'RMSE', notFound: expect.arrayContaining(['missing']) });
    expect(report.items.worst).toHaveLength(3);
    expect(report.costs.criticalRatio).toBe(0.9);
    expect(report.comparison?.exports.map(({ location }) => location)).toEqual(['both/one', 'both/two']);
    await page.getByRole('button', { name: 'Back to the exports' }).click();
    expect(await page.getByLabel('Items to draw').inputValue()).toBe(items);
  });

  it('tells how far it is, and cancels by keyboard', async () => {
    const { page } = await openViewer();
    await holdRequests(page, 'report');
    await chooseFolder(page, retail);
    await page.getByRole('button', { name: 'Show the report' }).click();
    await heading(page, 'Making the report').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(1);
    expect(await findInaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, '1 export found').waitFor();
    expect(await page.locator('#status').innerText()).toBe('Cancelled');
    // what was held is done now, and not shown
    await releaseRequests(page);
    await page.getByRole('button', { name: 'Show the report' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, 'retail_daily').waitFor();
  });

  it('does what is asked for after work that does not end when it is cancelled, which is ended with its worker', async () => {
    const { page } = await openViewer();
    await chooseFolder(page, retail);
    await heading(page, '1 export found').waitFor();
    await loseRequests(page, 'report');
    await page.getByRole('button', { name: 'Show the report' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    // what is asked for before the worker is ended would be lost with it
    await page.getByRole('button', { name: 'Show the report' }).click();
    await releaseRequests(page);
    await page.getByRole('region', { name: 'What to do with this report' }).waitFor();
    await loseRequests(page, 'save');
    await page.getByRole('button', { name: 'Save as JSON' }).click();
    await page.getByRole('button', { name: 'Open other files' }).click();
    await releaseRequests(page);
    // longer than the worker has: its end is nothing that the reader asked for
    await page.waitForTimeout(3500);
    expect(await heading(page, 'Look at a backtest export').count()).toBe(1);
  });

  it('shows an export without a point forecast, as none has WAPE', async () => {
    const folder = join(temporaryFolder(), 'quantiles');
    await generateExport(folder, { items: 4, forecastTypes: ['0.1', '0.9'] });
    const { page } = await openViewer();
    await chooseFolder(page, folder);
    await showReport(page);
    const { items } = JSON.parse((await save(page, 'JSON')).text) as { items: { rankedBy: string } };
    expect(items.rankedBy).toBe('averageWQL');
  });

  it('says which file of a drop is gone, and is no wider than a small phone', async () => {
    const { page } = await openViewer({ viewport: { width: 320, height: 600 } });
    const wider = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await dropFolder(page, 'dropped', { 'one/gone.csv': 'gone' });
    await heading(page, 'It cannot be read').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(
      /^READ_FAILED\s+'dropped\/one\/gone.csv' cannot be read: it is gone/m,
    );
    expect(await wider()).toBe(0);
    await page.getByRole('button', { name: 'Open other files' }).click();
    await chooseFolder(page, join(root, 'fixtures'));
    await heading(page, '5 exports found').waitFor();
    await page.getByText('What the report shows').click();
    expect(await wider()).toBe(0);
  });

  it('shows the second of two drops, whichever is read first', async () => {
    const { page } = await openViewer();
    await holdRequests(page, 'open');
    await dropFolder(page, 'first', textsOf(retail));
    await heading(page, 'Looking for exports').waitFor();
    await dropFolder(page, 'second', textsOf(join(root, 'fixtures/hourly-old/export')));
    await releaseRequests(page);
    await heading(page, /found$/).waitFor();
    expect(await page.locator('.subtitle').innerText()).toBe('In second');
  });

  it.each([
    ['a folder without an export', { 'notes.txt': 'notes', 'photos/one.jpg': 'x' }, 'No export was found', 'notes.txt'],
    ['an empty folder', {}, 'No export was found', 'forecasted-values'],
    [
      'a table that is none',
      { 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv': 'a,b\n1,2\n' },
      'It cannot be read',
      'SCHEMA_INVALID',
    ],
  ] as const)('says what is wrong with %s', async (_name, files, expected, text) => {
    const { page } = await openViewer();
    await dropFolder(page, 'dropped', files);
    const shown = heading(page, expected);
    const show = page.getByRole('button', { name: 'Show the report' });
    await shown.or(show).waitFor();
    if (await show.isVisible()) await show.click();
    await shown.waitFor();
    expect(await page.getByRole('main').innerText()).toContain(text);
    expect(await findInaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Open other files' }).click();
    await heading(page, 'Look at a backtest export').waitFor();
  });

  it('refuses zip files that are damaged, or lie about what is in them', async () => {
    const zip = readFileSync(await zipOf(retail, 'export'));
    const { page } = await openViewer();
    const folder = temporaryFolder();
    const damaged = Buffer.from(zip);
    damaged.fill(0xff, 2000, 2100);
    const liar = Buffer.from(zip);
    // the size of each entry as the central directory tells it
    for (let at = liar.indexOf('PK\u0001\u0002'); at >= 0; at = liar.indexOf('PK\u0001\u0002', at + 4)) {
      liar.writeUInt32LE(10, at + 24);
    }
    for (const [name, bytes] of [
      ['damaged.zip', damaged],
      ['liar.zip', liar],
      ['cut.zip', zip.subarray(0, zip.length / 2)],
      ['none.zip', Buffer.from('this is no zip file')],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      await page.setInputFiles('input[type=file]:not([webkitdirectory])', join(folder, name));
      await heading(page, 'It cannot be read').waitFor();
      expect(await page.getByRole('alert').innerText()).toMatch(/READ_FAILED[^]*zip/);
      await page.getByRole('button', { name: 'Open other files' }).click();
    }
  });

  it('reads zip files as Windows writes them, and refuses two entries of one name', async () => {
    const [text] = Object.values(textsOf(join(retail, 'forecasted-values')));
    const path = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
    const { page } = await openViewer();
    const choose = async (name: string, ...paths: string[]): Promise<void> => {
      const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
      for (const each of paths) await writer.add(each, new TextReader(text ?? ''));
      // as long as the other one: zip.js does not write two of one name
      const bytes = Buffer.from(
        Buffer.from(await writer.close())
          .toString('latin1')
          .replaceAll('part1', 'part0'),
        'latin1',
      );
      const file = join(temporaryFolder(), name);
      writeFileSync(file, bytes);
      await page.setInputFiles('input[type=file]:not([webkitdirectory])', file);
    };
    await choose('windows.zip', `bike\\${path.replace('/', '\\')}`);
    await heading(page, '1 export found').waitFor();
    await page.getByRole('button', { name: 'Open other files' }).click();
    await choose('twice.zip', path, path.replace('part0', 'part1'));
    await heading(page, 'It cannot be read').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain(
      `${path}: expected each entry once, found two of this name`,
    );
  });

  it('shows hostile names as text in every state', async () => {
    const folder = join(temporaryFolder(), 'export');
    await writeHostileExport(folder);
    const { page } = await openViewer();
    await chooseFolder(page, folder);
    await heading(page, '1 export found').waitFor();
    expect(await page.getByRole('main').innerText()).toContain(hostileName);
    await page.getByText('What the report shows').click();
    await page.getByLabel('Items to draw').fill(hostileIds.slice(0, 5).join('\n'));
    await showReport(page);
    const text = (await page.locator('.shown-report').evaluate((shown) => shown.textContent)) ?? '';
    expect(hostileIds.slice(0, 5).filter((id) => !text.includes(id))).toEqual([]);
    expect(await page.title()).not.toBe('run');
    expect(await page.locator('#app b, #app img').count()).toBe(0);
    const csv = (await save(page, 'CSV')).text;
    expect(csv).toContain(`,'=cmd|' /C calc'!A0,`);
    expect(await findInaccessible(page)).toEqual([]);
  });

  it('lets nothing out, from the page and from its workers', async () => {
    const { page, takeProblems } = await openViewer();
    await chooseFolder(page, retail);
    await showReport(page);
    const ask = (): Promise<string> =>
      fetch('/some/where/index.html').then(
        () => 'sent',
        () => 'stopped',
      );
    expect(await page.evaluate(ask)).toBe('stopped');
    const workers = page.workers();
    expect(workers.length).toBeGreaterThan(0);
    for (const worker of workers) expect(await worker.evaluate(ask)).toBe('stopped');
    const problems = await takeProblems();
    expect(problems).toContain(`policy: connect-src ${new URL('/some/where/index.html', page.url()).href}`);
    expect(problems.filter((problem) => problem.startsWith('request'))).toEqual([]);
  });
});

/** Loses what the page asks its worker for, of one kind, and that it is to stop, until others are let through again. */
async function loseRequests(page: Page, kind: string): Promise<void> {
  await page.evaluate((lost) => {
    const scope = globalThis as unknown as { release?: () => void };
    const postMessage = Reflect.get(Worker.prototype, 'postMessage') as (this: Worker, message: unknown) => void;
    Worker.prototype.postMessage = function post(this: Worker, message: { readonly kind?: string }): void {
      if (message.kind !== lost && message.kind !== 'cancel') postMessage.call(this, message);
    } as Worker['postMessage'];
    scope.release = () => {
      Worker.prototype.postMessage = postMessage as Worker['postMessage'];
    };
  }, kind);
}

/** Keeps what the page asks its worker for, of one kind, until it is let go. */
async function holdRequests(page: Page, kind: string): Promise<void> {
  await page.evaluate((held) => {
    const scope = globalThis as unknown as { release?: () => void };
    const postMessage = Reflect.get(Worker.prototype, 'postMessage') as (this: Worker, message: unknown) => void;
    const waiting: (() => void)[] = [];
    let holds = true;
    Worker.prototype.postMessage = function post(this: Worker, message: { readonly kind?: string }): void {
      if (holds && (message.kind === held || waiting.length > 0)) waiting.push(() => postMessage.call(this, message));
      else postMessage.call(this, message);
    } as Worker['postMessage'];
    scope.release = () => {
      holds = false;
      for (const send of waiting.splice(0)) send();
    };
  }, kind);
}

async function releaseRequests(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as { release: () => void }).release());
}

describe('backtest-export view', () => {
  it('shows the report of a folder at once, with the bits of the command, and tells nobody its secret', async () => {
    const ending = new AbortController();
    const stdout = new FakeStream();
    const running = run(['view', retail], { stdout, signal: ending.signal });
    await expect.poll(() => stdout.text, { timeout: 10_000 }).toMatch(/^open http/);
    const address = stdout.text.slice('open '.length).trim();
    const { page } = await browser.open(address);
    await heading(page, 'retail_daily').waitFor();
    const { text } = await save(page, 'JSON');
    expect(text).toBe(await reportOf(retail, retail));
    expect(text).not.toContain(new URL(address).pathname.slice(1, -1));
    expect(await findInaccessible(page)).toEqual([]);
    await page.close();
    ending.abort();
    expect((await running).code).toBe(0);
  });

  it('lists the exports of a folder with several, and says so when it has ended', async () => {
    const ending = new AbortController();
    const stdout = new FakeStream();
    const running = run(['view', join(root, 'fixtures')], { stdout, signal: ending.signal });
    await expect.poll(() => stdout.text, { timeout: 10_000 }).toMatch(/^open http/);
    const { page, takeProblems } = await browser.open(stdout.text.slice('open '.length).trim());
    await heading(page, '5 exports found').waitFor();
    expect(await page.getByRole('main').innerText()).toContain('in hourly-old/export');
    ending.abort();
    await running;
    await page.getByRole('button', { name: 'Show the report' }).click();
    await heading(page, 'It cannot be read').waitFor();
    await takeProblems();
  });
});
