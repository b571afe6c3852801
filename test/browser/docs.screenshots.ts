import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createReport, reportToHtml } from 'backtest-export';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { useBrowser } from './support/use-browser.ts';

// The pictures in docs/: `npm run screenshots` takes them anew. Look at them before they are committed. Their letters are
// those of DejaVu Sans, the only font of a container; on other machines they differ.

const browser = useBrowser();
const root = join(import.meta.dirname, '../..');
/** Bytes of a picture at most, so that the README stays light. */
const mostBytes = 225_000;

function keep(name: string, picture: Buffer): void {
  expect(picture.length).toBeLessThan(mostBytes);
  writeFileSync(join(root, 'docs', name), picture);
}

it.each([
  ['report-light.png', 'light', 1100, 1130],
  ['report-dark.png', 'dark', 1100, 1130],
  ['report-phone-light.png', 'light', 390, 844],
  ['report-phone-dark.png', 'dark', 390, 844],
] as const)('%s', async (name, colorScheme, width, height) => {
  const html = await reportToHtml(await createReport('fixtures/retail/export'));
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, html);
  const { page } = await browser.open(pathToFileURL(file).href, { colorScheme, viewport: { width, height } });
  keep(name, await page.screenshot({ animations: 'disabled' }));
});

it('viewer.png', async () => {
  const { origin } = await browser.serve({ folders: { '/': join(root, 'dist/viewer/') } });
  const { page } = await browser.open(`${origin}/index.html`, { viewport: { width: 1280, height: 960 } });
  await page.setInputFiles('input[webkitdirectory]', join(root, 'fixtures'));
  await page.getByRole('radio', { name: 'retail_daily' }).first().check();
  await page.getByText('What the report shows').click();
  await page.evaluate(() => scrollTo(0, 0));
  keep('viewer.png', await page.screenshot({ animations: 'disabled' }));
});
