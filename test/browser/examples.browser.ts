import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize, verifyExport } from 'backtest-export';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderFiles } from '../support/folder-files.ts';
import { useBrowser } from './support/use-browser.ts';

const root = join(import.meta.dirname, '../..');
const retail = join(root, 'fixtures/retail/export');
const examples = [...readFileSync(join(root, 'docs/browser.md'), 'utf8').matchAll(/^```mjs\n([^]*?)^```$/gm)].map(
  ([, text = '']) => text,
);
const browser = useBrowser();
const room = mkdtempSync(join(tmpdir(), 'backtest-export-examples-'));

beforeAll(async () => {
  const source = mkdtempSync(join(root, '.examples-page-'));
  try {
    const pages = examples.map((text, index) => {
      mkdirSync(join(source, `${index}`));
      writeFileSync(join(source, `${index}`, 'main.js'), text);
      const page = join(source, `${index}`, 'index.html');
      const body = '<input type="file" webkitdirectory><button>Go</button><output></output>';
      writeFileSync(page, `<!doctype html>${body}<script type="module" src="./main.js"></script>`);
      return page;
    });
    await build({
      root: source,
      base: './',
      logLevel: 'error',
      configFile: false,
      worker: { format: 'es' },
      build: { outDir: room, target: 'es2023', rollupOptions: { input: pages } },
    });
  } finally {
    rmSync(source, { recursive: true });
  }
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

async function openExample(part: string): Promise<Page> {
  const index = examples.findIndex((text) => text.includes(part));
  expect(index).toBeGreaterThanOrEqual(0);
  const paths = [...folderFiles(retail).keys()].filter((path) => path.endsWith('.csv'));
  const { origin } = await browser.serve({
    pages: { '/export/list.json': JSON.stringify({ paths }) },
    folders: { '/export/': retail, '/': room },
  });
  return (await browser.open(`${origin}/${index}/index.html`)).page;
}

const outputOf = async (page: Page): Promise<string | null> => {
  await page.waitForFunction(() => document.querySelector('output')?.textContent !== '');
  return page.textContent('output');
};

describe('docs/browser.md', () => {
  it('has short examples, each of which is run here', () => {
    expect(examples.length).toBe(4);
    for (const text of examples) expect(text.trim().split('\n').length).toBeLessThanOrEqual(12);
  });

  it('summarizes a folder that was chosen', async () => {
    const page = await openExample('openExport(input.files);');
    await page.setInputFiles('input', retail);
    const { summary, export: found } = await summarize(retail);
    expect(await outputOf(page)).toBe(`${found.jobName}: WAPE ${summary.metrics.WAPE}`);
  });

  it('converts from one folder to another', async () => {
    const page = await openExample('showDirectoryPicker');
    // nobody can choose a folder here: two of the page's own file system take their place
    await page.evaluate(
      async (files) => {
        const own = await navigator.storage.getDirectory();
        const [from, to] = [
          await own.getDirectoryHandle('a', { create: true }),
          await own.getDirectoryHandle('b', { create: true }),
        ];
        for (const [path, text] of files) {
          const [folder = '', name = ''] = path.split('/');
          const parent = name === '' ? from : await from.getDirectoryHandle(folder, { create: true });
          const writable = await (await parent.getFileHandle(name || folder, { create: true })).createWritable();
          await writable.write(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
          await writable.close();
        }
        const chosen = [from, to];
        Object.assign(globalThis, { showDirectoryPicker: async () => chosen.shift() });
      },
      [...folderFiles(retail)],
    );
    await page.click('button');
    expect(await outputOf(page)).toBe(`${(await summarize(retail)).export.rows} rows`);
  });

  it('summarizes what is on a server', async () => {
    const page = await openExample('createUrlStorage');
    const { export: found, windows } = await summarize(retail);
    expect(await outputOf(page)).toBe(`${found.rows} rows, ${windows.length} windows`);
  });

  it('names the file of the worker', async () => {
    const page = await openExample('setWorkerFile');
    await page.setInputFiles('input', retail);
    expect(await outputOf(page)).toBe(`${(await verifyExport(retail)).findings.length} findings`);
  });
});
