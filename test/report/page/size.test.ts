import { expect, it } from 'vitest';
import { reportToHtml, reportToMarkdown } from '#src/index.js';
import { largeReport } from './large-report.js';
import { drawReport } from '#src/report/charts/draw-report.js';
import { pageWithin } from '#src/report/page/write-html.js';
import { all, parsePage, tableOf, tagsOf, textOf } from './parsed-page.js';
import { sampleReport } from './sample-report.js';

it('stays below 3 MB for any export, and says what it leaves out', async () => {
  const report = largeReport(await sampleReport());
  const text = await reportToHtml(report);
  expect(Buffer.byteLength(text)).toBeLessThan(3_000_000);
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
  expect(tagsOf(text).filter((tag) => tag === 'html lang')).toHaveLength(1);
  const page = parsePage(text);
  const windows = tableOf(page, 'Metrics over all windows');
  const left = textOf(page.querySelector('#metrics .more'));
  expect(left).toBe(`and ${366 - windows.length} more rows, in the JSON report (--format json)`);
});

it('leaves out series first, then other charts and tables, where shorter tables are not enough', async () => {
  const report = await sampleReport();
  const charts = await drawReport(report);
  const whole = parsePage(pageWithin(report, {}, charts, 1e9));
  for (const limit of [120_000, 90_000, 60_000]) {
    const text = pageWithin(report, {}, charts, limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    tagsOf(text);
    const page = parsePage(text);
    expect(textOf(page.querySelector('.lead .more'))).toMatch(
      /^To keep the page small, \d+ of \d+ charts and tables were left out and long tables were cut: the JSON report \(--format json\) has every figure/,
    );
    expect(all(page, '#series figure').length).toBe(0);
    expect(all(whole, '#series figure').length).toBe(1);
    expect(all(page, '.lead figure').length).toBe(1);
    expect(tableOf(page, 'Metrics over all windows')).toEqual(tableOf(whole, 'Metrics over all windows'));
  }
});

it('stays below the limit of a comment on GitHub', async () => {
  const text = await reportToMarkdown(largeReport(await sampleReport()));
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(20_000);
  expect(text).toMatch(/and [\d,]+ more rows, in the JSON report \(`--format json`\)/);
});

it('stays small with a command of any length, and can be told for a report', async () => {
  const command = `backtest-export report bike ${"--item '<😀'  ".repeat(100_000)}`;
  const html = await reportToHtml(await sampleReport(), { command });
  expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);
  expect(textOf(parsePage(html).querySelector('footer'))).toMatch(
    /Command: backtest-export report bike .*… \([\d,]+ more characters\)/,
  );
  const large = largeReport(await sampleReport());
  const notes = Array.from({ length: 1000 }, () => 'x'.repeat(500));
  const text = await reportToMarkdown({ ...large, repeatedParts: notes }, { command });
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.split('\n').at(-4)).toMatch(/^Made by backtest-export/);
});
