import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureExport, writeParquet } from './data.mjs';

const contender = join(import.meta.dirname, 'contenders', 'contender.mjs');

function peak(name, folder, ...conversion) {
  const output = execFileSync(process.execPath, [contender, name, folder, '1', ...conversion], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { peakBytes, bytes, seconds } = JSON.parse(output);
  return { megabytes: peakBytes / 1e6, seconds: seconds[0], speed: bytes / 1e6 / seconds[0] };
}

/** Peak memory on an export and on one ten times as long: ten times the items, rows and bytes. Medians of three. */
export async function measureMemory(folder) {
  const small = await ensureExport(join(folder, '300MB'), { items: 16_000 });
  const large = await ensureExport(join(folder, '3GB'), { items: 160_000 });
  process.stdout.write('\npeak memory of the whole process, by the length of the export\n');
  for (const name of ['ours:1', 'ours:all']) {
    const [one, ten] = [small, large].map(({ folder: path }) => {
      const runs = [1, 2, 3].map(() => peak(name, path)).sort((a, b) => a.megabytes - b.megabytes);
      return { megabytes: runs[1].megabytes, speed: Math.max(...runs.map(({ speed }) => speed)) };
    });
    process.stdout.write(
      `${name}: ${one.megabytes.toFixed(0)} MB for ${(small.bytes / 1e6).toFixed(0)} MB, ${ten.megabytes.toFixed(0)} MB for ${(large.bytes / 1e6).toFixed(0)} MB (${(ten.megabytes - one.megabytes).toFixed(1)} MB more); the longer one at up to ${ten.speed.toFixed(0)} MB/s from a cold start\n`,
    );
  }
  const out = join(folder, 'out');
  const parquet = await writeParquet(large.folder, join(folder, '3GB-parquet'));
  for (const [from, to] of [
    [large.folder, 'PARQUET'],
    [parquet, 'CSV'],
  ]) {
    const { megabytes, seconds } = peak('ours-convert:2', from, out, to);
    const speed = large.bytes / 1e6 / seconds;
    process.stdout.write(
      `ours-convert:2, ${(large.bytes / 1e6).toFixed(0)} MB of CSV to ${to}: ${megabytes.toFixed(0)} MB, ${speed.toFixed(0)} MB/s of CSV\n`,
    );
  }
}
