import { describe, expect, it } from 'vitest';
import type { BatchText } from '#src/batch/decode-options.js';
import type { EncodingLoss } from '#src/batch/part-encoder.js';
import { FirstSpellings } from '#src/batch/hash/first-spellings.js';
import { CsvTextCheck } from '#src/csv/check-text.js';
import { decodeCsv } from '#src/csv/decode.js';
import { memoryFile } from '../support/memory-file.ts';
import { forecastHeader as header, forecastRow as row } from '../convert/one-part.ts';
import { seededRandom } from '../support/random.ts';

/** What the check tells of a text that is read in batches of so many rows, whatever chunks the file comes in. */
async function check(text: string, batchRows: number): Promise<EncodingLoss[]> {
  const losses = await checkBytes(text, batchRows);
  for (const chunkBytes of [61, 524_288]) {
    const asked = await checkBytes(text, batchRows, { told: true, chunkBytes });
    expect([chunkBytes, asked]).toEqual([chunkBytes, losses]);
  }
  return losses;
}

/** With `told`, the check is told what decoding found of each batch's text; otherwise it compares every byte. */
async function checkBytes(
  text: string,
  batchRows: number,
  { told = false, chunkBytes = 524_288 } = {},
): Promise<EncodingLoss[]> {
  let found: BatchText | undefined;
  const onText = told ? (batch: BatchText) => void (found = batch) : undefined;
  const losses: EncodingLoss[] = [];
  const spellings = new FirstSpellings();
  const options = { spellings: spellings.map, onLoss: (loss: EncodingLoss) => losses.push(loss) };
  const checked = await CsvTextCheck.open(memoryFile(text), options);
  try {
    const batches = decodeCsv(memoryFile(text), { batchRows, chunkBytes, repeatedHeaders: 'skip', onText });
    let next = await batches.next();
    for (; next.done !== true; next = await batches.next()) {
      spellings.look(next.value);
      await checked.add(next.value, found);
    }
    await checked.finish(next.value.records);
  } finally {
    await checked.close();
  }
  return losses;
}

/** Rewrites one record so that it means the same and cannot be restored; with what the check must tell. */
const edits: readonly ((line: string) => readonly [string, EncodingLoss['kind']])[] = [
  (line) => [line.replace('4.5', '4.50'), 'spelling'],
  (line) => [line.replace('9.0', '9'), 'spelling'],
  (line) => [line.replace('9.0', '9.00000000000000000001'), 'spelling'],
  (line) => [line.replace('5.0', '"5.0"'), 'spelling'],
  (line) => [line.replace('5.0', '""'), 'spelling'],
  (line) => [line.replace('00:00:00Z', '01:00:00+01:00'), 'spelling'],
  (line) => [line.replace('bike_12', '"bike_12"'), 'quotes'],
  (line) => [line.replace('\n', '\r\n'), 'line-ends'],
  (line) => [`\n${line}`, 'blank-lines'],
  (line) => [header + line, 'repeated-headers'],
];

describe('the check of a text', () => {
  it('says nothing of what is written as it was', async () => {
    const text = header + row.repeat(50) + row.replace('bike_12', '"a,""b""\n"') + row.replace('4.5', '');
    for (const batchRows of [1, 7, 2048]) expect(await check(text, batchRows)).toEqual([]);
  });

  it('finds planted differences, each at its record and byte, whatever the batches', async () => {
    const seed = 20_211_214;
    const random = seededRandom(seed);
    for (let round = 0; round < 40; round++) {
      let text = header;
      const planted: Pick<EncodingLoss, 'kind' | 'record'>[] = [];
      const rows = 1 + Math.floor(random() * 30);
      for (let record = 1; record <= rows; record++) {
        // the first time tells the spelling of its column
        const edit = record > 1 && random() < 0.3 ? edits[Math.floor(random() * edits.length)] : undefined;
        const [line, kind] = edit?.(row) ?? [row, undefined];
        text += line;
        // what stands between records is told with the record before it
        const before = kind === 'blank-lines' || kind === 'repeated-headers' ? 1 : 0;
        if (kind !== undefined) planted.push({ kind, record: record - before });
      }
      for (const batchRows of [1, 3, 2048]) {
        const found = await check(text, batchRows);
        expect([seed, round, found.map(({ kind, record }) => ({ kind, record }))]).toEqual([seed, round, planted]);
      }
    }
  });
});
