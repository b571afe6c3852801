import { pathToFileURL } from 'node:url';
import type { Report } from '../../report/base/report.ts';
import type { Document, Fact } from '../../show/layout/document.ts';
import { verdictOf } from '../../show/results/verification.ts';
import { showBytes, showExport, showText } from '../../show/values/show-value.ts';

/** A report that was written to a file. */
export interface WrittenReport {
  /** As the user named it. */
  readonly file: string;
  /** Its absolute path; undefined where it is not on this machine. */
  readonly path: string | undefined;
  readonly bytes: number;
  readonly format: string;
  readonly report: Report;
}

/** Where a report is, what the export is like in a line, and how to open it. */
export function describeWritten({ file, path, bytes, format, report }: WrittenReport): Document {
  const { verification } = report;
  const address = path === undefined ? undefined : pathToFileURL(path).href;
  const facts: Fact[] = [
    ['file', showText(file)],
    ['size', showBytes(bytes)],
    ['verify', verdictOf(verification)],
    // a link that terminals open; never cut, since it is to be copied
    ...(format === 'html' && address !== undefined ? [['open', `in a browser: ${address}`] as const] : []),
  ];
  const counts = { errors: countOf(report, 'error'), warnings: countOf(report, 'warn') };
  return {
    sections: () => [{ title: `Report of ${showExport(report.export, report.export.location)}`, facts }],
    data: { file, address: address ?? file, bytes, format, ok: verification.ok, ...counts },
  };
}

function countOf({ verification }: Report, severity: string): number {
  return verification.findings.filter((finding) => finding.severity === severity).length;
}
