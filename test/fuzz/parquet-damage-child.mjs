import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BacktestExportError, errorCodes } from '#src/errors.js';
import { decodeParquet } from '#src/parquet/read/decode.js';

// A child of parquet-damage.mjs: it is sent one case after another, damages the file as told, decodes it and answers
// what came of it. Whatever ends or stops this process is noticed by its parent.

const files = new Map();

// what it rejects with ends the process, as it should
process.on('message', (sent) => void answer(sent));

async function answer({ path, damage }) {
  if (!files.has(path)) files.set(path, new Uint8Array(readFileSync(path)));
  const result = await decode(damaged(files.get(path), damage));
  process.send({ ...result, peak: process.resourceUsage().maxRSS * 1024 });
}

/** A copy with the damage of a case. */
function damaged(bytes, { kind, at, bit, count, values }) {
  const whole = Buffer.from(bytes);
  switch (kind) {
    case 'none':
      return whole;
    case 'flip':
      whole[at] ^= 1 << bit;
      return whole;
    case 'cut':
      return whole.subarray(0, at);
    case 'write':
      whole.set(values.slice(0, whole.length - at), at);
      return whole;
    case 'drop':
      return Buffer.concat([whole.subarray(0, at), whole.subarray(at + count)]);
    case 'repeat':
      return Buffer.concat([whole.subarray(0, at + count), whole.subarray(at)]);
    default:
      throw new Error(`no such damage: ${kind}`);
  }
}

async function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const hash = createHash('sha256');
  try {
    const batches = decodeParquet(memoryFile(bytes));
    for (;;) {
      const next = await batches.next();
      if (next.done) return { outcome: 'read', rows: next.value.records, content: digestOf(hash, next.value) };
      addBatch(hash, next.value);
    }
  } catch (error) {
    if (error instanceof BacktestExportError && errorCodes.includes(error.code)) {
      return { outcome: 'refused', code: error.code };
    }
    return { outcome: 'unnamed', problem: error instanceof Error ? String(error.stack) : String(error) };
  }
}

/** All cells of a batch: texts by their bytes, numbers by their bits, and whether they are there. */
function addBatch(hash, { columns }) {
  for (const column of columns.values()) {
    if (column.kind !== 'text') {
      hash.update(new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength));
      hash.update(column.states);
      continue;
    }
    const { bytes, offsets } = column.dictionary;
    for (const code of column.codes) {
      hash.update(`${offsets[code + 1] - offsets[code]},`);
      hash.update(bytes.subarray(offsets[code], offsets[code + 1]));
    }
  }
}

/** The notes that belong to the content: the schema, and what it takes to write the CSV text again. */
function digestOf(hash, { schema, timeSpellings, zeroBytes }) {
  return hash.update(JSON.stringify([schema, [...timeSpellings], zeroBytes === true])).digest('hex');
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
