import type { Report } from './base/report.ts';
import type { PageOptions } from './page/page-options.ts';

/**
 * A report as one HTML file that needs nothing else: charts are in it as SVG, nothing is loaded from anywhere, and its
 * Content-Security-Policy allows its own style and script alone. Below 3 MB for any export: it says what it leaves out.
 * Works without its script, which only sorts and filters tables. The same report and options give the same bytes.
 *
 * Loads Observable Plot and linkedom, a second or less.
 *
 * @throws `OPTION_INVALID`; `DEPENDENCY_MISSING` or `DEPENDENCY_FAILED` for those two packages; the
 * signal's reason
 */
export async function reportToHtml(report: Report, options: PageOptions = {}): Promise<string> {
  const { writeHtml } = await import('./reporting.ts');
  return writeHtml(report, options);
}
