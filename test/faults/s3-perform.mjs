// Does in this process what the command would: faster by its start. As a process of its own it takes one task after another from
// its parent, and so becomes a writer that has ended.
import { convertExport, repairExport } from '#src/index.js';
import { createS3Storage } from '#src/storage/s3/index.js';
import { generateExport } from '#src/testing/index.js';

/** Time limits that end a run on a server that is silent, in seconds instead of minutes. */
const timeouts = { firstByte: 5000, idle: 5000, tries: 3 };

/**
 * Runs the arguments of a command with the destination `D` at an endpoint. Answers the code and message of its error.
 * @param {string[]} args
 */
export async function perform([verb, from, ...options], target, endpoint) {
  const open = (place) => (place.startsWith('s3://') ? createS3Storage(place, { endpoint, timeouts }) : place);
  const overwrite = options.includes('--overwrite');
  const after = (name) => options[options.indexOf(name) + 1];
  try {
    if (verb === 'convert') {
      const format = after('--to').toUpperCase();
      await convertExport(open(from), open(target), { format, overwrite, threads: 1 });
    } else if (verb === 'repair') await repairExport(open(from), open(target), { overwrite });
    else {
      const [items, horizon, parts, windows, seed] = ['items', 'horizon', 'parts', 'windows', 'seed'].map((name) =>
        Number(after(`--${name}`)),
      );
      await generateExport(open(target), { items, horizon, parts, windows, seed, jobName: after('--job') });
    }
    return { end: 0, errors: '' };
  } catch (error) {
    const code = error?.constructor?.name === 'BacktestExportError' ? error.code : 'UNEXPECTED';
    return { end: 2, errors: `error ${code}: ${code === 'UNEXPECTED' ? error?.stack : error.message}` };
  }
}

if (process.argv[1] === import.meta.filename) {
  process.on('message', ([args, target, endpoint]) => {
    void perform(args, target, endpoint).then((ended) => process.send(ended));
  });
}
