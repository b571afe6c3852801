import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Library from 'backtest-export/browser';
import {
  compareExports,
  convertExport,
  createReport,
  reportToHtml,
  reportToMarkdown,
  summarize,
  verifyExport,
} from 'backtest-export';
import { generateExport } from 'backtest-export/testing';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, quoted } from '../interop/duckdb.ts';
import { folderFiles } from '../support/folder-files.ts';
import { useBrowser } from './support/use-browser.ts';

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'fixtures');
const retail = join(fixtures, 'retail', 'export');
const browser = useBrowser();
const room = mkdtempSync(join(tmpdir(), 'backtest-export-browser-'));
const built = join(room, 'page');
let large = '';

/** What the page under test gives to what a test evaluates in it. */
declare const lib: typeof Library;
declare const files: () => FileList;

beforeAll(async () => {
  // a page as a user makes it, bundled by Vite, which has to find the worker by itself
  const source = mkdtempSync(join(root, '.library-page-'));
  try {
    const script = `import * as lib from 'backtest-export/browser';
      Object.assign(globalThis, { lib, files: () => document.querySelector('input').files });`;
    writeFileSync(join(source, 'main.js'), script);
    writeFileSync(
      join(source, 'index.html'),
      '<!doctype html><input type="file" webkitdirectory><script type="module" src="./main.js"></script>',
    );
    await build({
      root: source,
      base: './',
      logLevel: 'error',
      configFile: false,
      worker: { format: 'es' },
      build: { outDir: built, minify: false },
    });
  } finally {
    rmSync(source, { recursive: true });
  }
  large = join(room, 'large');
  await generateExport(large, { items: 4500, windows: 2, horizon: 24, parts: 3 });
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** The page with the library, after somebody has chosen a folder in it. */
async function pageWith(folder: string | undefined, headers: Record<string, string> = {}): Promise<Opened> {
  const { origin } = await browser.serve({ folders: { '/': built }, headers });
  const { page, takeProblems } = await browser.open(`${origin}/index.html`);
  if (folder !== undefined) await page.setInputFiles('input', folder);
  return { page, takeProblems, origin };
}

interface Opened {
  readonly page: Page;
  readonly takeProblems: () => Promise<string[]>;
  readonly origin: string;
}

const withoutPlace = (summary: { readonly export: object }): object => ({
  ...summary,
  export: { ...summary.export, location: '' },
});

/** A summary from a page, whose numbers crossed as they are. */
async function summarizeThere(page: Page, options: Library.SummarizeOptions = {}): Promise<object> {
  return withoutPlace(await page.evaluate((given) => lib.summarize(lib.createFileStorage(files()), given), options));
}

describe('the library in a page', () => {
  it.each(readdirSync(fixtures))('summarizes, verifies and compares %s to the last bit as Node does', async (name) => {
    const folder = join(fixtures, name, 'export');
    const open = name === 'two-exports' ? ({ exportedAt: 'latest' } as const) : {};
    const { page } = await pageWith(folder);
    for (const by of [[], ['item'], ['item', 'step']] as const) {
      expect(await summarizeThere(page, { open, by, threads: 1 })).toEqual(
        withoutPlace(await summarize(folder, { open, by })),
      );
    }
    const report = await page.evaluate((given) => lib.verifyExport(lib.createFileStorage(files()), given), { open });
    const { findings } = await verifyExport(folder, { open });
    expect(report.findings).toEqual(findings);
    if (name === 'two-exports') return;
    const compared = await page.evaluate(async () => {
      const bx = await lib.openExport(files());
      return lib.compareExports(bx, bx);
    });
    const here = await compareExports(folder, folder);
    expect({ ...compared, exports: 0 }).toEqual({ ...here, exports: 0 });
  });

  it('reads every codec of Parquet that Node reads', async () => {
    const duckDb = await openDuckDb();
    const expected: Record<string, object> = {};
    const folders: string[] = [];
    for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'lz4_raw']) {
      const folder = join(room, 'codecs', codec);
      for (const table of ['forecasted-values', 'accuracy-metrics-values']) {
        mkdirSync(join(folder, table), { recursive: true });
        for (const name of readdirSync(join(retail, table)).filter((each) => each.endsWith('.csv'))) {
          const [from, to] = [join(retail, table, name), join(folder, table, name.replace('.csv', '.parquet'))];
          await duckDb.run(
            `COPY (SELECT * FROM read_csv(${quoted(from, "'")}, all_varchar = true)) TO ${quoted(to, "'")} (FORMAT parquet, COMPRESSION ${codec})`,
          );
        }
      }
      folders.push(folder);
      expected[codec] = withoutPlace(await summarize(folder));
    }
    duckDb.closeSync();
    for (const folder of folders) {
      const { page } = await pageWith(folder);
      expect(await summarizeThere(page), folder).toEqual(expected[folder.slice(folder.lastIndexOf('/') + 1)]);
    }
  });

  it('reads a dialect, and rows, and Arrow tables', async () => {
    const folder = join(room, 'dialect');
    mkdirSync(folder);
    const [name = ''] = readdirSync(join(retail, 'forecasted-values')).filter((each) => each.endsWith('.csv'));
    const text = readFileSync(join(retail, 'forecasted-values', name), 'utf8').replaceAll(',', ';');
    writeFileSync(join(folder, name), text);
    const open = { dialect: { delimiter: ';' } };
    const { page } = await pageWith(folder);
    expect(await summarizeThere(page, { open })).toEqual(withoutPlace(await summarize(folder, { open })));
    const [row, rows] = await page.evaluate(async (given) => {
      const { forecastedValues } = await lib.openExport(files(), given);
      let first: unknown;
      for await (const each of forecastedValues.rows()) {
        first = { ...each };
        break;
      }
      return [first, (await forecastedValues.table()).numRows] as const;
    }, open);
    expect(rows).toBe(text.split('\n').length - 2);
    expect(row).toMatchObject({ item_id: text.split('\n')[1]?.split(';')[0] });
  });

  it('works with a worker that Vite has found, to which files cross, and writes what does not fit into memory', async () => {
    const { page } = await pageWith(large);
    const options = { by: ['item'], worst: { metric: 'WAPE', count: 3 } } as const;
    expect(await summarizeThere(page, { ...options, threads: 2 })).toEqual(
      withoutPlace(await summarize(large, options)),
    );
    const found = await page.evaluate(() => lib.verifyExport(lib.createFileStorage(files()), { threads: 2 }));
    expect(found.findings).toEqual((await verifyExport(large)).findings);
    const [rows, sum] = await page.evaluate(async () => {
      const { forecastedValues } = await lib.openExport(files());
      const { tables } = await lib.convertExport(lib.createFileStorage(files()), await lib.createPrivateStorage('x'), {
        format: 'PARQUET',
        threads: 2,
      });
      await (await navigator.storage.getDirectory()).removeEntry('x', { recursive: true });
      return [(await forecastedValues.table({ threads: 2 })).numRows, tables['forecasted-values']?.checksum] as const;
    });
    expect(rows).toBe(4500 * 2 * 24);
    const { tables } = await convertExport(large, join(room, 'sum'), { format: 'PARQUET' });
    expect(sum).toBe(tables['forecasted-values']?.checksum);
    expect(page.workers().length).toBe(1);
    // of what was written meanwhile, nothing is left
    const left = await page.evaluate(async () => {
      const names: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
      return names;
    });
    expect(left).toEqual([]);
  });

  it('has the size and the error codes of a file that changes after it was chosen', async () => {
    const folder = join(room, 'changing');
    mkdirSync(join(folder, 'forecasted-values'), { recursive: true });
    const [name = ''] = readdirSync(join(retail, 'forecasted-values')).filter((each) => each.endsWith('.csv'));
    const path = join(folder, 'forecasted-values', name);
    writeFileSync(path, readFileSync(join(retail, 'forecasted-values', name)));
    const { page } = await pageWith(folder);
    await page.evaluate(() => lib.summarize(lib.createFileStorage(files())));
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n`);
    const failure = await page.evaluate(() =>
      lib.summarize(lib.createFileStorage(files())).then(
        () => 'summarized',
        (error: unknown) => (error instanceof lib.BacktestExportError ? error.code : String(error)),
      ),
    );
    expect(failure).toBe('FILE_CHANGED');
  });
});

describe('a report in a page', () => {
  it('is that of Node, as data, Markdown and HTML', async () => {
    const { page } = await pageWith(retail);
    const there = await page.evaluate(async () => {
      const report = await lib.createReport(lib.createFileStorage(files()), { items: 3 });
      return { report, markdown: await lib.reportToMarkdown(report), html: await lib.reportToHtml(report) };
    });
    const report = await createReport(retail, { items: 3 });
    const places = { export: 0, verification: { ...report.verification, export: 0 } };
    expect({ ...there.report, ...places }).toEqual({ ...report, ...places });
    expect(there.report.verification.findings).toEqual(report.verification.findings);
    const made = there.report;
    expect(there.markdown).toBe(await reportToMarkdown(made));
    // Plot moves what it draws by half a unit on screens of low density, which Node has not
    const withoutCharts = (html: string): string => html.replaceAll(/<svg[^]*?<\/svg>/g, '<svg>');
    expect(withoutCharts(there.html)).toBe(withoutCharts(await reportToHtml(made)));
    expect(there.html.match(/<svg/g)?.length).toBeGreaterThan(5);
  });
});

describe('what a page writes', () => {
  it('is in its own file system, where a conversion on two threads is what Node makes, and can be read again', async () => {
    const { page } = await pageWith(large);
    const { summary, checksum, names, again } = await page.evaluate(async () => {
      const storage = await lib.createPrivateStorage('made/here');
      const { tables } = await lib.convertExport(lib.createFileStorage(files()), storage, {
        format: 'PARQUET',
        threads: 2,
      });
      const handle = await (
        await (await navigator.storage.getDirectory()).getDirectoryHandle('made')
      ).getDirectoryHandle('here');
      const refused = await lib
        .convertExport(lib.createFileStorage(files()), storage, { format: 'PARQUET' })
        .catch((error: Error & { code?: string }) => error.code);
      await lib.convertExport(lib.createFileStorage(files()), storage, { format: 'PARQUET', overwrite: true });
      return {
        summary: await lib.summarize(await lib.openExport(handle as never)),
        checksum: tables['forecasted-values']?.checksum,
        names: (await storage.list('forecasted-values')).map(({ path }) => path),
        again: refused,
      };
    });
    const parquet = join(room, 'parquet');
    const { tables } = await convertExport(large, parquet, { format: 'PARQUET' });
    expect(checksum).toBe(tables['forecasted-values']?.checksum);
    expect(withoutPlace(summary)).toEqual(withoutPlace(await summarize(parquet)));
    expect(names).toEqual([...folderFiles(parquet).keys()].filter((path) => path.startsWith('forecasted-values/')));
    expect(again).toBe('EXPORT_EXISTS');
  });

  it('can be downloaded as a zip, or file by file', async () => {
    const { page } = await pageWith(retail);
    const [zip, one] = await page.evaluate(async () => {
      const storage = lib.createDownloadStorage();
      await lib.convertExport(lib.createFileStorage(files()), storage, { format: 'CSV' });
      const [first] = await storage.list('forecasted-values');
      const bytes = new Uint8Array(await (await storage.toZip()).arrayBuffer());
      return [Array.from(bytes), [first?.path, await storage.toBlob(first?.path ?? '').text()]] as const;
    });
    const unzipped = unzipSync(Uint8Array.from(zip));
    const csv = join(room, 'csv');
    await convertExport(retail, csv, { format: 'CSV' });
    const wanted = folderFiles(csv);
    const found = Object.entries(unzipped).map(
      ([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')] as const,
    );
    expect(new Map(found.toSorted(([left], [right]) => (left < right ? -1 : 1)))).toEqual(wanted);
    expect(Buffer.from(one[1] ?? '').toString('latin1')).toBe(wanted.get(one[0] ?? ''));
  });

  it('is refused beyond the bound of a download', async () => {
    const { page } = await pageWith(retail);
    const failure = await page.evaluate(() =>
      lib.convertExport(lib.createFileStorage(files()), lib.createDownloadStorage(10_000), { format: 'CSV' }).then(
        () => 'written',
        (error: unknown) =>
          error instanceof lib.BacktestExportError ? `${error.code} ${error.problem}` : String(error),
      ),
    );
    expect(failure).toMatch(/^WRITE_FAILED expected at most 10000 bytes in memory, found \d+$/);
  });
});

describe('files on a web server', () => {
  const paths = [...folderFiles(retail).keys()].filter((path) => path.endsWith('.csv'));

  it('are read by ranges, by workers too', async () => {
    const { page, takeProblems } = await pageWith(undefined);
    const { origin, asked } = await browser.serve({
      folders: { '/export/': retail },
      headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Content-Range, ETag' },
    });
    const [summary] = await page.evaluate(
      async ([base, list]) => [await lib.summarize(lib.createUrlStorage({ base, files: list }), { threads: 2 })],
      [`${origin}/export`, paths] as const,
    );
    const here = await summarize(retail);
    expect({ ...withoutPlace(summary), warnings: 0, export: 0 }).toEqual({
      ...here,
      warnings: 0,
      export: 0,
    });
    expect(asked.every(({ range }) => range !== undefined)).toBe(true);
    expect(page.workers().length).toBe(1);
    expect((await takeProblems()).every((problem) => problem.startsWith(`request: ${origin}/export/`))).toBe(true);
  });

  it('of a server that does not allow it are refused with a hint', async () => {
    const { page, takeProblems } = await pageWith(undefined);
    const { origin } = await browser.serve({ folders: { '/export/': retail } });
    const failure = await page.evaluate(
      ([base, list]) =>
        lib
          .createUrlStorage({ base, files: list.slice(0, 1) }, { tries: 1 })
          .list('forecasted-values')
          .then(
            () => 'listed',
            (error: unknown) =>
              error instanceof lib.BacktestExportError ? `${error.code} ${error.problem}` : String(error),
          ),
      [`${origin}/export`, paths.filter((path) => path.startsWith('forecasted-values'))] as const,
    );
    expect(failure).toBe(
      'READ_FAILED the request failed once: Failed to fetch; if the server can be reached, it has to allow this page to read its files (CORS: Access-Control-Allow-Origin, and Access-Control-Expose-Headers: Content-Range, ETag)',
    );
    expect((await takeProblems()).length).toBeGreaterThan(0);
  });
});

describe('a Content-Security-Policy', () => {
  it('without workers leaves one thread, and says so', async () => {
    const policy = "worker-src 'none'";
    const { origin } = await browser.serve({
      folders: { '/export/': retail, '/': built },
      headers: { 'content-security-policy': policy },
    });
    const { page, takeProblems } = await browser.open(`${origin}/index.html`);
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    const paths = [...folderFiles(retail).keys()].filter((path) => path.endsWith('.csv'));
    // of a server, whose parts are worth a worker each
    const { windows } = await page.evaluate((list) => {
      return lib.summarize(lib.createUrlStorage({ base: '/export', files: list }), { threads: 2 });
    }, paths);
    expect(windows).toEqual((await summarize(retail)).windows);
    expect(page.workers()).toEqual([]);
    expect(warnings.filter((text) => text.startsWith('backtest-export works on one thread: ')).length).toBe(1);
    await takeProblems();
  });

  it('is not broken by what checks options', async () => {
    const { page } = await pageWith(undefined, {
      'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'",
    });
    // a breach of the policy would fail the test
    const failure = await page.evaluate(() =>
      lib.summarize(lib.createFileStorage([]), { threads: 'many' } as never).then(
        () => 'summarized',
        (error: unknown) => String(error),
      ),
    );
    expect(failure).toContain('threads: expected');
  });

  it("without 'wasm-unsafe-eval' is named", async () => {
    const { page, takeProblems } = await pageWith(retail, {
      'content-security-policy': "script-src 'self' 'unsafe-inline'",
    });
    const failure = await page.evaluate(() =>
      lib.summarize(lib.createFileStorage(files())).then(
        () => 'summarized',
        (error: unknown) =>
          error instanceof lib.BacktestExportError ? `${error.code} ${error.problem}` : String(error),
      ),
    );
    expect(failure).toContain(
      "WEBASSEMBLY_MISSING the CSV kernel needs WebAssembly: it is not allowed here; in a page, add 'wasm-unsafe-eval'",
    );
    await takeProblems();
  });
});
