import { showExport } from '../../show/values/show-value.ts';
import type { Report } from '../base/report.ts';
import { html } from './html/markup.ts';
import { checkPage, type PageOptions } from './page-options.ts';

/** What `reportToHtml` does. */
export async function writeHtml(report: Report, options: PageOptions): Promise<string> {
  await checkPage('reportToHtml', report, options);
  const title = showExport(report.export, report.export.location);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
      </head>
      <body>
        <h1>${title}</h1>
      </body>
    </html> `.text;
}
