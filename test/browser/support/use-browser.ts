import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  type Request,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { findChromium } from './find-chromium.ts';
import { servePages, type PageServer, type ServeOptions } from './serve-pages.ts';

/** A page that is watched: a test fails if anything went wrong in it that the test has not taken with `takeProblems`. */
export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far, and forgets it: the test expected it. */
  readonly takeProblems: () => Promise<string[]>;
}

/** The browser of a test file. */
export interface TestBrowser {
  /**
   * Opens an address in a context of its own. It may ask only its own origin, or if it is a file only that file, for anything;
   * `data:` and `blob:` go nowhere.
   */
  open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Serves pages on loopback until the test ends. */
  serve(options: ServeOptions): Promise<PageServer>;
}

/** Starts Chromium for the tests of a file, without a way to any other machine, and ends it after them. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const opened: { context: BrowserContext; watched: WatchedPage }[] = [];
  const servers: PageServer[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: [
        // CI runs as root in a container, where Chromium's sandbox cannot be set up
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        // the same glyphs on every machine, as far as the fonts are the same
        '--font-render-hinting=none',
      ],
    });
  });
  afterEach(async () => {
    const problems: string[] = [];
    for (const { context, watched } of opened.splice(0)) {
      problems.push(...(await watched.takeProblems()));
      await context.close();
    }
    for (const server of servers.splice(0)) await server.close();
    expect(problems).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    open: async (url, options = {}) => {
      if (browser === undefined) throw new Error('a page is opened within a test');
      const context = await browser.newContext(options);
      context.setDefaultTimeout(30_000);
      const watched = await watch(await context.newPage(), url);
      opened.push({ context, watched });
      await watched.page.goto(url);
      return watched;
    },
    serve: async (options) => {
      const server = await servePages(options);
      servers.push(server);
      return server;
    },
  };
}

/** Collects what goes wrong in a page and in its frames and workers. */
async function watch(page: Page, url: string): Promise<WatchedPage> {
  const problems: string[] = [];
  const isOwn = ownRequests(url);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  const foreign: Request[] = [];
  page.on('request', (request) => {
    if (!isOwn(request.url())) foreign.push(request);
  });
  page.on('websocket', (socket) => problems.push(`socket: ${socket.url()}`));
  await page.exposeBinding('reportViolation', (_source, text: string) => void problems.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI } = event;
      const { reportViolation } = globalThis as unknown as { reportViolation: (text: string) => void };
      reportViolation(`${violatedDirective} ${blockedURI}`);
    });
  });
  return {
    page,
    takeProblems: async () => {
      // messages of the browser are a little behind what happens in the page
      await new Promise((resolve) => void setTimeout(resolve, 50));
      if (!page.isClosed()) await page.evaluate(() => undefined);
      // what a policy has stopped was not sent, and is told as a breach of the policy
      const sent = foreign.splice(0).filter((request) => request.failure()?.errorText !== 'csp');
      return [...problems.splice(0), ...sent.map((request) => `request: ${request.url()}`)];
    },
  };
}

function ownRequests(url: string): (asked: string) => boolean {
  const { origin, protocol } = new URL(url);
  const own = protocol === 'file:' ? url.replace(/[?#].*$/, '') : `${origin}/`;
  return (asked) =>
    /^(?:data|blob|about):/.test(asked) ||
    (protocol === 'file:' ? asked.replace(/[?#].*$/, '') === own : asked.startsWith(own));
}
