import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createReport, reportToHtml, type ReportOptions } from 'backtest-export';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { findInaccessible } from './support/find-inaccessible.ts';
import { hostileDimension, hostileIds, hostileName, writeHostileExport } from './support/hostile-export.ts';
import { useBrowser, type WatchedPage } from './support/use-browser.ts';

const browser = useBrowser();
const fixtures = join(import.meta.dirname, '../../fixtures');
const retail = join(fixtures, 'retail/export');

async function htmlOf(folder: string, options: ReportOptions = {}): Promise<string> {
  return reportToHtml(await createReport(folder, options));
}

/** Opens a report as people do: the file itself. */
async function openFile(html: string, options: Parameters<typeof browser.open>[1] = {}): Promise<WatchedPage> {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, html);
  return browser.open(pathToFileURL(file).href, options);
}

/** What axe-core finds at the width of a desktop and of a phone, in light and in dark; and whether the page is wider than a phone. */
async function findProblems(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, width, height] of [
      ['desktop', 1280, 900],
      ['phone', 390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      found.push(...(await findInaccessible(page)).map((problem) => `${colorScheme}, ${name}: ${problem}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) found.push(`${colorScheme}, ${name}: ${overflow} pixels wider than the window`);
    }
  }
  return found;
}

describe('the report in a browser', () => {
  it.each(readdirSync(fixtures))('of %s is accessible, fits on a phone, and asks for nothing', async (name) => {
    const open = name === 'two-exports' ? { exportedAt: 'latest' as const } : {};
    const html = await htmlOf(join(fixtures, name, 'export'), { open, costs: { under: 3, over: 1 } });
    const { page } = await openFile(html);
    expect(await page.locator('main').innerText()).toContain('What stands out');
    expect(await findProblems(page)).toEqual([]);
  });

  it('sorts and filters its tables by keyboard', async () => {
    const { page } = await openFile(await htmlOf(retail, { items: 20 }));
    const table = page.locator('table:visible', { has: page.locator('tbody tr:nth-child(9)') }).first();
    const header = table.locator('thead th.n').first();
    const column = await header.evaluate((cell) => (cell as HTMLTableCellElement).cellIndex);
    const numbers = async (): Promise<number[]> =>
      (await table.locator(`tbody tr:not([hidden]) > :nth-child(${column + 1})`).allInnerTexts()).map((text) =>
        Number.parseFloat(text.replaceAll(/[,<>]/g, '')),
      );
    await header.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const falling = await numbers();
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await numbers()).toEqual([...falling].sort((a, b) => a - b));
    const id = (await table.locator('tbody tr > *').first().innerText()).trim();
    const filter = table.locator('xpath=ancestor::*[@class="table"]').getByRole('searchbox');
    await filter.fill(id);
    const shown = await table.locator('tbody tr:not([hidden])').allInnerTexts();
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(falling.length);
    expect(shown.every((text) => text.includes(id))).toBe(true);
    expect(await page.getByRole('status').allInnerTexts()).toContain(`${shown.length} of ${falling.length} rows`);
    expect(await findInaccessible(page)).toEqual([]);
  });

  it('runs no script, style or handler but its own, and loads nothing, whatever gets into it', async () => {
    const injected =
      `<script>document.title = 'run'</script><img src="data:," onerror="document.title = 'run'">` +
      `<p id="styled" style="color: red">styled</p><img src="http://elsewhere.example/image"><link rel="stylesheet" href="other.css">`;
    const html = (await htmlOf(retail)).replace('</main>', `${injected}</main>`);
    const { page, takeProblems } = await openFile(html);
    expect(await page.title()).not.toBe('run');
    const problems = await takeProblems();
    expect(problems.filter((problem) => problem.startsWith('policy: ')).sort()).toEqual([
      'policy: img-src http://elsewhere.example/image',
      'policy: script-src-attr inline',
      'policy: script-src-elem inline',
      'policy: style-src-attr inline',
      expect.stringMatching(/^policy: style-src-elem file/),
    ]);
    expect(problems.filter((problem) => problem.startsWith('request: '))).toEqual([]);
    expect(await page.getByRole('button').count()).toBeGreaterThan(0);
  });

  it('shows hostile ids, dimensions and names as text, and runs none of them', async () => {
    const folder = temporaryFolder();
    await writeHostileExport(folder);
    const html = await htmlOf(folder, { chosen: hostileIds.slice(0, 4) });
    expect(html.length).toBeLessThan(3_000_000);
    const { page } = await openFile(html);
    expect(await page.title()).not.toBe('run');
    expect(await page.locator('b, main img, main script').count()).toBe(0);
    const text = (await page.locator('.page').evaluate((body) => body.textContent)) ?? '';
    const visible = [...hostileIds.slice(0, 5), String.raw`right\u202eleft`, ...hostileIds.slice(7, 11)];
    expect(visible.filter((id) => !text.includes(id))).toEqual([]);
    expect(text).toMatch(/n\\(?:0|x00|u0000)ul/);
    expect(text).toContain('longlong');
    expect(text).not.toContain('long'.repeat(200));
    expect(text).not.toContain('\u202e');
    expect(text).toContain(hostileDimension);
    expect(text).toContain(hostileName);
    expect(await findInaccessible(page)).toEqual([]);
  });

  it('prints every table, also those that are folded on the screen', async () => {
    const { page } = await openFile(await htmlOf(retail));
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(2);
    expect(pages).toBeLessThan(40);
    expect(await page.locator('details[open]').count()).toBe(0);
  });

  it('has everything without its script', async () => {
    const html = await htmlOf(retail);
    const { page } = await openFile(html, { javaScriptEnabled: false });
    expect(await page.locator('main table').count()).toBeGreaterThan(3);
    expect(await page.locator('main svg[role=img]').count()).toBeGreaterThan(3);
    await page.locator('details summary').first().click();
    expect(await page.locator('details[open] table').first().isVisible()).toBe(true);
  });
});
