import { createHash } from 'node:crypto';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { parse } from 'acorn';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportToHtml, type Report } from '#src/index.js';
import { escapeUnsafe } from '#src/quote-text.js';
import { showFigure } from '#src/show/values/show-value.js';
import { pageScript } from '#src/report/page/html/page-script.js';
import { sha256Base64 } from '#src/report/page/html/sha-256.js';
import { escapeHtml } from '#src/report/page/html/markup.js';
import { all, parsePage, tableOf, tagsOf, textOf } from './parsed-page.js';
import { sampleReport, withText } from './sample-report.js';

let report: Report;
let text: string;
let page: Document;
let plain: string[] | undefined;

beforeAll(async () => {
  report = await sampleReport();
  text = await reportToHtml(report);
  page = parsePage(text);
});

describe('the page of a report', () => {
  it('is well formed, with headings in order, ids that are there once, and links that lead somewhere', () => {
    expect(tagsOf(text).length).toBeGreaterThan(500);
    const levels = all(page, 'h1, h2, h3, h4').map(({ localName }) => Number(localName.slice(1)));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    const ids = all(page, '[id]').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [
      ...all(page, 'a').map((link) => link.getAttribute('href')?.slice(1)),
      ...all(page, '[aria-labelledby]').flatMap((each) => each.getAttribute('aria-labelledby')?.split(' ')),
    ];
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((id) => id === undefined || !ids.includes(id))).toEqual([]);
    expect(page.documentElement.lang).toBe('en');
    expect(page.querySelector('meta[name=viewport]')).not.toBeNull();
    expect(page.querySelector('.skip')?.getAttribute('href')).toBe('#report');
  });

  it('says that figures count the rows of repeated parts again', async () => {
    expect(textOf(page.querySelector('#export'))).not.toContain('Parts with the same rows');
    const repeated = parsePage(await reportToHtml({ ...report, repeatedParts: ['forecasted-values/<b>.csv'] }));
    expect(textOf(repeated.querySelector('#export'))).toMatch(
      /Parts with the same rows as another part: figures count these rows again, .*forecasted-values\/<b>\.csv/s,
    );
  });

  it('has the sections of a report in their order, each beginning with what its figures say', () => {
    expect(all(page, 'main > section').map(({ id }) => id)).toEqual([
      'findings',
      'comparison',
      'metrics',
      'steps',
      'stability',
      'spread',
      'items',
      'calibration',
      'series',
      'costs',
      'quality',
      'export',
      'glossary',
    ]);
    const silent = all(page, 'main > section').filter((section) => section.querySelector('.reading') === null);
    expect(silent.map(({ id }) => id)).toEqual(['findings']);
    expect(all(page, 'nav a').map(textOf)).toEqual(all(page, 'main h2').map(textOf));
  });

  it('begins with what is wrong where figures cannot be trusted', async () => {
    const incomplete = parsePage(await reportToHtml({ ...report, export: { ...report.export, complete: false } }));
    expect(
      all(incomplete, 'main > section')
        .map(({ id }) => id)
        .slice(0, 3),
    ).toEqual(['findings', 'export', 'comparison']);
  });

  it('shows the series with the largest errors at the top, and not again', () => {
    const [first, ...others] = report.series.map(({ item }) => item);
    expect(first).toBe(report.items.costliest[0]?.item);
    const heads = (place: string): string[] =>
      all(page, `${place} figcaption h3`).map((title) => textOf(title).split(' · ')[0] ?? '');
    expect(heads('.lead')).toEqual([first]);
    expect(heads('#series')).toEqual(others);
    expect(textOf(page.querySelector('.lead figcaption p'))).toMatch(/^The largest share of the total error/);
    expect(all(page, '.lead svg')).toHaveLength(1);
  });

  it('gives tables captions and scopes, and charts text alternatives', () => {
    const tables = all(page, 'table');
    expect(tables.length).toBeGreaterThan(12);
    for (const table of tables) {
      expect(textOf(table.querySelector('caption'))).not.toBe('');
      expect(table.closest('[tabindex="0"]')?.getAttribute('aria-labelledby')).toBe(table.querySelector('caption')?.id);
      expect(all(table, 'thead th').every((cell) => cell.getAttribute('scope') === 'col')).toBe(true);
      for (const row of all(table, 'tbody tr')) {
        expect(all(row, 'th').map((cell) => cell.getAttribute('scope'))).toEqual(['row']);
        expect(all(row, 'th, td')).toHaveLength(all(table, 'thead tr > *').length);
      }
    }
    const charts = all(page, 'svg');
    expect(charts.length).toBeGreaterThan(0);
    for (const chart of charts) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(textOf(chart.querySelector('title'))).not.toBe('');
      expect(textOf(chart.querySelector('desc'))).not.toBe('');
      expect(textOf(chart.closest('figure')?.querySelector('figcaption'))).not.toBe('');
    }
  });

  it('shows figures as the command does', () => {
    const { summary, windows, items, steps } = report;
    const shown = ({ metrics }: Pick<Report['summary'], 'metrics'>): string[] =>
      [
        metrics.averageWQL,
        metrics.WAPE,
        metrics.RMSE,
        metrics.MAPE,
        metrics.MAE,
        metrics.bias,
        ...Object.values(metrics.wQL),
      ].map(showFigure);
    const rows = tableOf(page, 'Metrics over all windows');
    expect(rows.map((row) => row.slice(4))).toEqual([summary, ...windows].map(shown));
    expect(rows.map(([name]) => name)).toEqual(['all windows', '2021-10-25', '2021-11-08', '2021-11-22']);
    expect(rows.map((row) => row[3])).toEqual(['1,624', '560', '546', '518']);
    expect(tableOf(page, 'Error by horizon step').map((row) => row.slice(2))).toEqual(steps.map(shown));
    expect(tableOf(page, 'Largest share of the total error').map((row) => row[0])).toEqual(
      items.costliest.map(({ item }) => item),
    );
    expect(tableOf(page, 'Worst by WAPE').map((row) => row.at(-3))).toEqual(
      items.worst.map(({ metrics }) => showFigure(metrics.WAPE)),
    );
    expect(all(page, '.tile dt').map(textOf)).toEqual([
      'WAPE, as a ratio',
      'Average wQL',
      'Relative bias',
      'Coverage p10–p90',
    ]);
    expect(all(page, '.tile').map((tile) => textOf(tile.querySelector('.value')))).toEqual([
      '0.2489',
      '0.1693',
      '+1.7%',
      '79.0%',
    ]);
  });

  it('allows its own style and script by hash, and nothing else', () => {
    const hashOf = (element: string): string => {
      const [, inside = ''] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(text) ?? [];
      return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`;
    };
    expect(page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; ` +
        `img-src data:; base-uri 'none'; form-action 'none'`,
    );
    const named = tagsOf(text).flatMap((tag) => tag.split(' ').slice(1));
    expect(named.filter((name) => /^(?:on|style$|src|xlink)/i.test(name))).toEqual([]);
    expect(tagsOf(text).filter((tag) => /^(?:style|script|link|img|iframe)\b/.test(tag))).toEqual(['style', 'script']);
    expect(text).not.toMatch(/url\(|@import|https?:\/\/(?!www\.w3\.org\/2000\/svg")/);
  });

  it('is the same for the same report, and says how it was made only where it is told', async () => {
    expect(await reportToHtml(structuredClone(report))).toBe(text);
    expect(textOf(page.querySelector('footer'))).toMatch(/^Made by backtest-export \d/);
    const told = await reportToHtml(report, { command: 'report <x>', madeAt: new Date(0) });
    expect(textOf(parsePage(told).querySelector('footer'))).toContain('Command: report <x>Made at 1970-01-01 00:00Z');
  });

  it('refuses what is no report', async () => {
    await expect(reportToHtml({} as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(reportToHtml(report, { madeAt: 1 } as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

const hostile = [
  '<script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '"><img onerror=alert(1)>',
  '=cmd|calc',
  'javascript:alert(1)',
  '&lt;b&gt;&#60;',
  '\u202egnp.exe\u0000\u200f',
  '👩‍👩‍👧 café',
  '`${1}`',
];

describe('text of the data', () => {
  it.each(hostile)('is text in a page: %j', async (given) => {
    const odd = await reportToHtml(withText(report, given));
    plain ??= plainTags(await reportToHtml(withText(report, 'plain')));
    expect(plainTags(odd)).toEqual(plain);
    const document = parsePage(odd);
    expect(textOf(document.querySelector('h1'))).toBe(textOf({ textContent: escapeUnsafe(given) } as Element));
    expect(all(document, '[onerror], [onmouseover], img, a[href^="javascript"]')).toEqual([]);
  });

  it('is cut where it is very long, and whole when it is pointed at where it is not', async () => {
    const long = await reportToHtml(withText(report, 'x'.repeat(10_000)));
    expect(long.length).toBeLessThan(2 * text.length);
    expect(long).not.toContain('x'.repeat(2001));
    const [name] = tableOf(parsePage(long), 'Largest share')[0] ?? [];
    expect(name).toBe(`${'x'.repeat(47)}… (10,000 characters)`);
    const middle = parsePage(await reportToHtml(withText(report, 'y'.repeat(90))));
    expect(middle.querySelector('#items tbody bdi')?.getAttribute('title')).toBe('y'.repeat(90));
  });

  it('never yields markup, whatever it is', () => {
    const character = constantFrom(...'<>&"\'`=/!-\u0000\u202e\ud800 \nabc'.split(''));
    const given = oneof(string({ unit: 'binary' }), string({ unit: character }));
    assert(
      property(given, (each) => {
        const escaped = escapeHtml(each);
        expect(escaped).not.toMatch(/[<>"'`=]|\p{Cc}/u);
        const read = escaped.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
        expect(read).toBe(escapeUnsafe(each));
        expect(escaped.replaceAll(/&#\d+;/g, '')).not.toContain('&');
      }),
      { numRuns: 50 },
    );
  });
});

/** The tags without charts, which another test looks into, and whether or not a name is cut. */
function plainTags(given: string): string[] {
  return tagsOf(given.replaceAll(/<svg[^]*?<\/svg>/g, '')).map((tag) => (tag === 'bdi title' ? 'bdi' : tag));
}

describe('what the page is made with', () => {
  it('has the hashes of FIPS 180-4', () => {
    for (let length = 0; length < 130; length++) {
      const message = 'é'.repeat(length % 3) + 'a'.repeat(length);
      expect(sha256Base64(message)).toBe(createHash('sha256').update(message).digest('base64'));
    }
  });

  it('is a script that any browser of the last years reads', () => {
    expect(() => parse(pageScript, { ecmaVersion: 2020 })).not.toThrow();
    expect(pageScript).not.toContain('</');
  });
});
