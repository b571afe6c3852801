import type { Report } from './base/report.ts';
import type { PageOptions } from './page/page-options.ts';

/**
 * A report as Markdown for a comment on a pull request: what stands out, then tables of figures, without charts and without any
 * HTML. At most 65,536 characters, GitHub's limit: it says what it leaves out. The same report and options give the same text.
 *
 * @throws `OPTION_INVALID`
 */
export async function reportToMarkdown(report: Report, options: PageOptions = {}): Promise<string> {
  const { writeMarkdown } = await import('./reporting.ts');
  return writeMarkdown(report, options);
}
