import { describe, expect, it } from 'vitest';
import { findChromium } from './support/find-chromium.ts';
import { findInaccessible } from './support/find-inaccessible.ts';
import { useBrowser } from './support/use-browser.ts';

const browser = useBrowser();

const page = (body: string, policy = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">${policy}<title>Page</title></head>` +
  `<body><main><h1>Page</h1>${body}</main></body></html>`;

describe('what the tests of pages fail on', () => {
  it('is nothing for a quiet page, which may ask its own server', async () => {
    const { origin, asked } = await browser.serve({
      pages: { '/': page('<script type="module" src="own.js"></script>'), '/own.js': 'document.title = "run"' },
    });
    const { page: quiet, takeProblems } = await browser.open(`${origin}/`);
    expect(await quiet.title()).toBe('run');
    expect(await takeProblems()).toEqual([]);
    expect(asked.map(({ path }) => path)).toContain('/own.js');
  });

  it('is an error on the console and one that nobody catches', async () => {
    const script = '<script>console.error("told"); setTimeout(() => { throw new Error("thrown"); });</script>';
    const { origin } = await browser.serve({ pages: { '/': page(script) } });
    const { takeProblems } = await browser.open(`${origin}/`);
    expect(await takeProblems()).toEqual(['console: told', 'error: thrown']);
  });

  it('is a request for another place, from a page, a frame or a worker', async () => {
    const worker = 'new Worker("worker.js").onmessage = () => { document.title = "done"; }';
    const { origin } = await browser.serve({
      pages: {
        '/': page(`<img alt="" src="http://127.0.0.2/image"><script>${worker}</script>`),
        '/worker.js': 'fetch("http://elsewhere.example/").catch(() => postMessage(0))',
      },
    });
    const { page: asking, takeProblems } = await browser.open(`${origin}/`);
    await asking.waitForFunction(() => document.title === 'done');
    const problems = await takeProblems();
    expect(problems).toContain('request: http://127.0.0.2/image');
    expect(problems).toContain('request: http://elsewhere.example/');
  });

  it('is what a policy forbids', async () => {
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
    const { origin } = await browser.serve({ pages: { '/': page('<p style="color: red">red</p>', policy) } });
    const { takeProblems } = await browser.open(`${origin}/`);
    expect((await takeProblems()).filter((problem) => problem.startsWith('policy: '))).toEqual([
      'policy: style-src-attr inline',
    ]);
  });
});

describe('what axe-core finds', () => {
  it('is nothing in a plain page and a missing label in another', async () => {
    const { origin } = await browser.serve({ pages: { '/': page('<p>text</p>'), '/form': page('<input>') } });
    const { page: plain } = await browser.open(`${origin}/`);
    expect(await findInaccessible(plain)).toEqual([]);
    await plain.goto(`${origin}/form`);
    expect(await findInaccessible(plain)).toEqual([expect.stringMatching(/^label: /)]);
  });
});

describe('the browser', () => {
  it('is the one that CHROMIUM names, and a wrong name is told', () => {
    expect(findChromium({ CHROMIUM: process.execPath })).toBe(process.execPath);
    expect(() => findChromium({ CHROMIUM: '/nowhere/chromium' })).toThrow(
      'CHROMIUM: expected the path of a browser, found /nowhere/chromium, which is not there',
    );
    expect(() => findChromium({ PATH: '/nowhere' })).toThrow(
      'test:browser needs Chromium, and neither chromium nor chromium-browser nor google-chrome is on the PATH. ' +
        'Install it (apt-get install chromium) or name one with CHROMIUM=/path/to/chromium.',
    );
  });
});
