import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportToHtml } from '#src/index.js';
import { sampleReport, withText } from '../report/page/sample-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { findInaccessible } from './support/find-inaccessible.ts';
import { useBrowser } from './support/use-browser.ts';

const browser = useBrowser();
let sample: string;
let hostile: string;

/** Opens one of the pages as a file of its own. */
async function open(text: string, options: BrowserContextOptions = {}): Promise<Page> {
  const path = join(temporaryFolder(), 'report.html');
  writeFileSync(path, text);
  const { page } = await browser.open(pathToFileURL(path).href, options);
  return page;
}

beforeAll(async () => {
  const report = await sampleReport();
  sample = await reportToHtml(report);
  const attack = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script></style></title>\u202e\u0000`;
  hostile = await reportToHtml(withText(report, attack));
});

async function openDetails(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });
}

describe('a page of a report', () => {
  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core finds, %s, with everything open',
    async (colorScheme) => {
      const page = await open(sample, { colorScheme, viewport: { width: 1280, height: 900 } });
      await openDetails(page);
      expect(await findInaccessible(page)).toEqual([]);
    },
  );

  it.each([360, 390, 768, 1280])(
    'is never wider than a screen of %d pixels, with text of any length',
    async (width) => {
      for (const text of [sample, hostile]) {
        const page = await open(text, { viewport: { width, height: 800 } });
        await openDetails(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
    },
  );

  it('has nothing that axe-core finds on a phone', async () => {
    const page = await open(sample, { viewport: { width: 360, height: 800 } });
    expect(await findInaccessible(page)).toEqual([]);
  });

  it('sorts a table by its headers, with a mouse and with keys', async () => {
    const page = await open(sample);
    const table = page.locator('table', { hasText: 'Largest share of the total error' });
    const column = (at: number): Promise<string[]> => table.locator(`tbody tr > :nth-child(${at})`).allTextContents();
    const header = table.getByRole('columnheader', { name: 'WAPE' });
    const before = await column(8);
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const byNumber = (a: string, b: string): number => Number(b) - Number(a);
    expect(await column(8)).toEqual([...before].sort(byNumber));
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await column(8)).toEqual([...before].sort(byNumber).reverse());
    const items = await column(1);
    await table.getByRole('button', { name: 'item_id' }).click();
    expect(await column(1)).toEqual([...items].sort());
    expect(await table.locator('[aria-sort]').count()).toBe(1);
    const windows = page.locator('table', { hasText: 'Metrics over all windows' });
    await windows.getByRole('button', { name: 'WAPE' }).click();
    expect(await windows.locator('tbody th').allTextContents()).toEqual([
      'all windows',
      '2021-11-22',
      '2021-10-25',
      '2021-11-08',
    ]);
  });

  it('filters rows, and says how many are left', async () => {
    const page = await open(sample);
    const block = page.locator('.table', { hasText: 'Largest share of the total error' });
    await block.getByLabel('Filter rows').fill('ITEM_0016');
    expect(await block.locator('tbody tr:visible').count()).toBe(2);
    expect(await block.getByRole('status').textContent()).toBe('2 of 10 rows');
    await block.getByLabel('Filter rows').fill('nowhere');
    expect(await block.getByRole('status').textContent()).toBe('0 of 10 rows');
    await block.getByLabel('Filter rows').fill('');
    expect(await block.getByRole('status').textContent()).toBe('10 rows');
  });

  it('changes its colours, and is light on paper, where everything is unfolded', async () => {
    const page = await open(sample, { colorScheme: 'dark' });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(21, 24, 28)');
    await page.getByRole('button', { name: 'Light colours' }).click();
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await background()).toBe('rgb(21, 24, 28)');
    await page.emulateMedia({ media: 'print' });
    expect(await background()).toBe('rgb(255, 255, 255)');
    const folded = (): Promise<number> => page.locator('details:not([open])').count();
    const before = await folded();
    expect(before).toBeGreaterThan(3);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await folded()).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await folded()).toBe(before);
  });

  it('has everything but that without its script', async () => {
    const page = await open(sample.replace(/<script>[^]*?<\/script>/, ''));
    expect(await page.locator('button, input').count()).toBe(0);
    expect(await page.locator('svg').count()).toBeGreaterThan(10);
    expect(await page.locator('main h2').count()).toBe(13);
  });

  it('runs nothing of the data', async () => {
    const page = await open(hostile);
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('onerror="window.ran=1"');
    expect(await findInaccessible(page)).toEqual([]);
  });
});
