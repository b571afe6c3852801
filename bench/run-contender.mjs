import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'contenders', 'contender.mjs');

/**
 * Runs a contender over the export in `folder` in a process of its own, `passes` times; a conversion is told where to
 * write and in what format. Answers `{ name, seconds, bytes, result, peakBytes }`; `bytes` are those of the input.
 */
export function runContender(name, folder, passes, { out, format } = {}) {
  const conversion = out === undefined ? [] : [out, format];
  const text = execFileSync(process.execPath, [script, name, folder, String(passes), ...conversion], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(text);
}
