import { beforeAll, describe, expect, it } from 'vitest';
import { reportToMarkdown, type Report } from '#src/index.js';
import { showFigure } from '#src/show/values/show-value.js';
import { renderMarkdown } from '../../support/render-markdown.mjs';
import { all, parsePage, textOf } from './parsed-page.js';
import { sampleReport, withText } from './sample-report.js';

let report: Report;
let text: string;

beforeAll(async () => {
  report = await sampleReport();
  text = await reportToMarkdown(report);
});

function rendered(markdown: string): Document {
  return parsePage(`<!doctype html><html><body>${renderMarkdown(markdown)}</body></html>`);
}

describe('a report as Markdown', () => {
  it('has what the page has, but for charts of single items, values and the glossary', () => {
    const page = rendered(text);
    expect(all(page, 'h2, h3').map(textOf)).toEqual([
      'retail_daily',
      'Against other exports',
      'Accuracy by window',
      'Error over the horizon',
      'Stability and bias',
      'Spread over time series',
      'Where the error is',
      'Calibration',
      'What errors cost',
      'Data quality',
      'The export and its verification',
    ]);
    const cells = all(page, 'tr').map((row) => all(row, 'td').map(textOf));
    const { metrics } = report.summary;
    const shown = [metrics.averageWQL, metrics.WAPE, metrics.RMSE, metrics.MAPE, metrics.MAE, metrics.bias];
    expect(cells.find(([name]) => name === 'all windows')?.slice(4, 10)).toEqual(shown.map(showFigure));
    expect(cells).toContainEqual(['p10 to p90', '80%', '79.0%', '74.08', 'close']);
    expect(text.length).toBeLessThan(20_000);
  });

  it('is text alone: no HTML and no line that is too wide for its table', () => {
    expect(text).not.toMatch(/<\/?[a-z]/i);
    const page = rendered(text);
    for (const table of all(page, 'table')) {
      const width = all(table, 'thead th').length;
      expect(all(table, 'tbody tr').every((row) => all(row, 'td').length === width)).toBe(true);
    }
  });

  it.each(['<img src=x onerror=alert(1)>', '| a\n# b', '[x](javascript:alert(1)) @all'])(
    'shows %j as it is',
    async (given) => {
      const page = rendered(await reportToMarkdown(withText(report, given)));
      const plain = rendered(await reportToMarkdown(withText(report, 'plain')));
      const tags = (document: Document): string[] =>
        all(document, '*')
          .map(({ localName }) => localName)
          .filter((name) => name !== 'code');
      expect(tags(page)).toEqual(tags(plain));
      expect(textOf(page.querySelector('h2'))).toBe(given.replaceAll('\n', String.raw`\n`));
    },
  );
});
