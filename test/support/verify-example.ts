import { findingSection } from '#src/show/results/verification.js';
import { styleOf } from '#src/cli/print/style.js';
import { textSections } from '#src/cli/print/text-sections.js';
import type { FindingCode } from '#src/index.js';
import { runCase, verifyCases } from './verify-cases.ts';

/** What the command prints about a rule that is broken as `verifyCases` breaks it, in lines of 140 columns. */
export async function exampleOf(code: FindingCode): Promise<string> {
  const { report } = await runCase(verifyCases[code], 2);
  const found = report.findings.filter((finding) => finding.code === code);
  const stream = { columns: 140, isTTY: true, write: () => true, on: () => undefined, off: () => undefined };
  return [...textSections(found.map(findingSection), styleOf(stream, { NO_COLOR: '1' }))].join('').trimEnd();
}
