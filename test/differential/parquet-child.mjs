import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BacktestExportError, errorCodes } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/read/decode.js';
import { damaged } from './parquet-damage.mjs';

// A child of parquet.mjs: it is sent one case after another, damages the file as told, decodes it and answers what came of
// it, how long it took and the most memory so far.

process.on('message', (sent) => void answer(sent));

async function answer({ path, other, damage }) {
  const bytes = damaged(new Uint8Array(readFileSync(path)), damage, () => new Uint8Array(readFileSync(other)));
  const start = performance.now();
  const result = await decode(bytes);
  process.send({
    ...result,
    bytes: bytes.length,
    milliseconds: performance.now() - start,
    peak: process.resourceUsage().maxRSS * 1024,
  });
}

async function decode(bytes) {
  const columns = new Map();
  try {
    let rows = 0;
    const batches = decodeParquet(memoryFile(bytes), { batchRows: 500 }, ({ columns: told }) => {
      for (const { name, kind } of told) columns.set(name, { kind, hash: createHash('sha256'), rows: 0 });
    });
    for (;;) {
      const next = await batches.next();
      if (next.done) {
        if (next.value.records !== rows) return { outcome: 'rows', problem: `${rows} of ${next.value.records} rows` };
        break;
      }
      rows += next.value.rows;
      for (const [name, column] of next.value.columns) addColumn(columns.get(name).hash, column);
    }
    const kinds = Object.fromEntries([...columns].map(([name, { kind }]) => [name, kind]));
    return { outcome: 'read', rows, kinds, content: digests(columns) };
  } catch (error) {
    if (error instanceof BacktestExportError && errorCodes.includes(error.code)) {
      return { outcome: 'refused', code: error.code, problem: error.message };
    }
    return { outcome: 'unnamed', problem: error instanceof Error ? String(error.stack) : String(error) };
  }
}

function digests(columns) {
  return Object.fromEntries([...columns].map(([name, { hash }]) => [name, hash.digest('hex')]));
}

/** Each value as its length and its text in canonical form: the mirror of `digest` in canonical.py. */
function addColumn(hash, column) {
  const pieces = [];
  if (column.kind === 'text') {
    const { bytes, offsets } = column.dictionary;
    for (const code of column.codes) {
      pieces.push(
        Buffer.from(`${offsets[code + 1] - offsets[code]}:`),
        bytes.subarray(offsets[code], offsets[code + 1]),
      );
    }
    hash.update(Buffer.concat(pieces));
    return;
  }
  for (let row = 0; row < column.values.length; row++) {
    if (column.states[row] !== 0) pieces.push('n;');
    else {
      const text = column.kind === 'time' ? String(column.values[row]) : bitsOf(column.values[row]);
      pieces.push(`${text.length}:${text}`);
    }
  }
  hash.update(pieces.join(''));
}

const view = new DataView(new ArrayBuffer(8));

function bitsOf(value) {
  if (Number.isNaN(value)) return 'nan';
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function memoryFile(bytes) {
  return {
    path: 'part.parquet',
    size: bytes.length,
    version: '1',
    read(target, position) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return Promise.resolve(piece.length);
    },
    assertUnchanged: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
