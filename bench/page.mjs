/**
 * `node bench/page.mjs RESULTS.json [PLOT.svg]`: the tables of docs/performance.md from what `npm run bench -- --json`
 * wrote, as Markdown, and a plot of the directions.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { labelOf } from './labels.mjs';
import { plotDirections } from './plot.mjs';

const [source, picture] = process.argv.slice(2);
if (source === undefined || source.startsWith('-')) {
  process.stderr.write(
    'node bench/page.mjs RESULTS.json [PLOT.svg], with the file of `npm run bench -- --json RESULTS.json`\n',
  );
  process.exit(2);
}
const report = JSON.parse(readFileSync(source, 'utf8'));
const cores = Number(/(\d+) cores/.exec(report.machine)[1]);
const blocks = [
  report.machine,
  ...report.directions.map(directionTable),
  ...(report.cold === undefined ? [] : [coldTable(report.cold)]),
  ...(report.floors === undefined ? [] : [floorTable(report.floors)]),
  ...(report.growth === undefined ? [] : [growthTable(report.growth.sizes), growthTable(report.growth.groups)]),
];
process.stdout.write(`${blocks.join('\n\n')}\n`);
if (picture !== undefined) writeFileSync(picture, plotDirections(report.directions, cores));

/** Each contender beside ours on as many threads: how many times as long it takes. */
function directionTable({ title, contenders }) {
  const ours = (variant) => contenders.find(({ name }) => name.startsWith('ours') && name.endsWith(`:${variant}`));
  return table(
    [title, 'MB/s', 'M rows/s', 'peak MB', 'ours is'],
    contenders.map(({ name, seconds, megabytesPerSecond, rows, peakBytes }) => {
      const peer = name.endsWith(':all') ? ours('all') : ours('1');
      const ratio = `${((peer ?? contenders[0]).megabytesPerSecond / megabytesPerSecond).toFixed(2)}×`;
      const speed = megabytesPerSecond < 10 ? megabytesPerSecond.toFixed(1) : megabytesPerSecond.toFixed(0);
      return [labelOf(name, cores), speed, (rows / 1e6 / seconds).toFixed(2), (peakBytes / 1e6).toFixed(0), ratio];
    }),
  );
}

function coldTable(entries) {
  const base = entries[0].milliseconds;
  return table(
    ['from a cold start', 'ms', 'of `node -e 0`', 'processor ms', 'peak MB'],
    entries.map(({ name, milliseconds, processorMilliseconds, peakBytes }) => [
      name,
      milliseconds.toFixed(0),
      `${(milliseconds / base).toFixed(2)}×`,
      processorMilliseconds.toFixed(0),
      (peakBytes / 1e6).toFixed(0),
    ]),
  );
}

function floorTable(entries) {
  return table(
    ['floor, one thread', 'MB/s'],
    entries.map(({ name, megabytesPerSecond }) => [name, megabytesPerSecond.toFixed(0)]),
  );
}

function growthTable(entries) {
  return table(
    ['one cold pass', 'contender', 'MB', 's', 'MB/s', 'peak MB'],
    entries.map(({ export: name, contender, bytes, seconds, peakBytes }) => [
      name.replace('grow-', '').replaceAll('-', ' '),
      labelOf(contender, cores),
      (bytes / 1e6).toFixed(0),
      seconds.toFixed(2),
      (bytes / 1e6 / seconds).toFixed(0),
      (peakBytes / 1e6).toFixed(0),
    ]),
  );
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
