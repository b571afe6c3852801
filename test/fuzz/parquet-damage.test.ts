import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A small piece of the campaign; CI runs a tenth of it, and `node test/fuzz/parquet-damage.mjs` the whole. */
function campaign(...options: readonly string[]): string {
  const script = join(import.meta.dirname, 'parquet-damage.mjs');
  const { stdout, status } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  return `${stdout}status ${status}`;
}

describe('damaged Parquet files', () => {
  it('of ours are refused, whatever bit was flipped and wherever they were cut', () => {
    const report = campaign('--flips', '400', '--truncations', '40', '--seed', '7');
    expect(report).toMatch(/refused, PARQUET_CRC_MISMATCH\n/);
    expect(report).toMatch(/\n {6}40 {2}refused, PARQUET_FOOTER_INVALID\n/);
    expect(report).toMatch(/\nstatus 0$/);
  });

  it('of another writer, without checksums, never give fewer rows, crash, hang or swell', () => {
    const report = campaign('--flips', '400', '--truncations', '40', '--seed', '7', '--foreign');
    expect(report).toMatch(/other values\n/);
    expect(report).toMatch(/\nstatus 0$/);
  });
});
