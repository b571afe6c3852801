import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Report {
  readonly failures: readonly unknown[];
  readonly campaigns: Readonly<Record<string, { readonly cases: number; readonly verdicts: Record<string, number> }>>;
}

/** A small piece of the campaign; .ci/run and the script itself go further. */
function damageFiles(seed: number): { status: number | null; report: Report } {
  const script = join(import.meta.dirname, 'parquet-damage.mjs');
  const amounts = ['--flips', '300', '--truncations', '30', '--foreign', '300', '--seed', String(seed)];
  const { status, stdout } = spawnSync(process.execPath, [script, ...amounts, '--json'], { encoding: 'utf8' });
  return { status, report: JSON.parse(stdout) as Report };
}

describe('damaged Parquet', () => {
  it('is refused by name or read with the same content, and never ends or hangs the process (seed 7)', () => {
    const { status, report } = damageFiles(7);
    expect(report.failures).toEqual([]);
    expect(status).toBe(0);
    const { flips, truncations } = report.campaigns;
    expect(flips?.cases).toBe(300);
    expect(flips?.verdicts['refused']).toBeGreaterThanOrEqual(291);
    expect(truncations?.verdicts).toEqual({ refused: 30 });
    expect(Object.values(report.campaigns).map(({ cases }) => cases)).toEqual([39, 300, 30, 300, 60, 300]);
  });
});
