/** `node generate.mjs FOLDER OPTIONS`: generates a bench export, with a receipt of what it holds. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalStorage } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

const [folder, text] = process.argv.slice(2);
const made = JSON.parse(text);
rmSync(folder, { recursive: true, force: true });
const start = performance.now();
const generated = await generateExport(createLocalStorage(folder), made);
const bytes = generated.files
  .filter(({ path }) => path.startsWith('forecasted-values/'))
  .reduce((sum, { size }) => sum + size, 0);
const known = { rows: generated.rows['forecasted-values'], bytes, parts: made.parts };
const speed = generated.bytes / 1e3 / (performance.now() - start);
process.stdout.write(`generated ${(generated.bytes / 1e6).toFixed(0)} MB at ${speed.toFixed(0)} MB/s\n`);
writeFileSync(join(folder, '.receipt.json'), JSON.stringify({ made, ...known }));
