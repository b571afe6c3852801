/** Decodes damaged files, one for each message, and tells what became of it and how large this process has grown. */
import { errorCodes } from '#src/errors.js';
import { contentOf, makeFiles, makeForeignFiles } from './parquet-damage-files.mjs';

const foreign = process.argv[2] === 'foreign';
const files = await (foreign ? makeForeignFiles() : makeFiles());

async function outcomeOf({ kind, file, at, bit }) {
  const { bytes, sum, rows } = files[file];
  const damaged = kind === 'flip' ? bytes.slice() : bytes.slice(0, at);
  if (kind === 'flip') damaged[at] ^= 1 << bit;
  try {
    const found = await contentOf(damaged);
    if (found.sum === sum) return 'same rows';
    return foreign && found.rows === rows ? 'other values' : 'OTHER ROWS';
  } catch (error) {
    return errorCodes.includes(error.code) ? `refused, ${error.code}` : `FAILED ${String(error.stack ?? error)}`;
  }
}

process.on('message', (damage) => {
  void outcomeOf(damage).then((outcome) => process.send({ outcome, bytes: process.resourceUsage().maxRSS * 1024 }));
});
process.send({ ready: true });
