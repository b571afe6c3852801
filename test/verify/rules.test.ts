import { describe, expect, it } from 'vitest';
import { findingCodes } from '#src/index.js';
import { describeFindings, runCase, verifyCases } from '../support/verify-cases.ts';

describe('every rule', () => {
  it.each(findingCodes)('%s is found where it is broken, and nothing else', async (code) => {
    const wanted = verifyCases[code];
    const { report, planted } = await runCase(wanted);
    expect(describeFindings(report)).toEqual(wanted.expected);
    expect(report.ok).toBe(!wanted.expected.some((line) => line.startsWith('error')));
    const place = report.findings.find((finding) => finding.code === code)?.places[0];
    if (!wanted.atPlanted) return;
    const { path, record = 0, line } = planted ?? { path: '' };
    expect([place?.file, place?.record ?? 0, place?.line]).toEqual([path, record, line]);
  });

  it.each(findingCodes)('%s can be turned off', async (code) => {
    const wanted = verifyCases[code];
    const { report } = await runCase({ ...wanted, verify: { ...wanted.verify, rules: { [code]: 'off' } } });
    expect(describeFindings(report)).toEqual(wanted.expected.filter((line) => line.split(' ')[1] !== code));
    expect(report.checked).not.toContain(code);
  });
});
