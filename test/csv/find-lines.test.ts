import { describe, expect, it } from 'vitest';
import { findLines } from '#src/csv/find-lines.js';
import type { StorageFile } from '#src/storage/storage.js';
import { memoryFile } from '../support/memory-file.ts';
import { seededRandom } from '../support/random.ts';

const header = 'item_id,timestamp,target_value';

/** What `findLines` finds, character by character, with all of a record at hand. */
function slowLines(text: string): { records: Map<number, number>; headers: number[] } {
  const found = { records: new Map<number, number>(), headers: [] as number[] };
  let [record, line, first, quoted] = ['', 2, 2, false];
  const end = (): void => {
    if (record === header || record === `\ufeff${header}`) found.headers.push(first);
    else if (record !== '') found.records.set(found.records.size + 1, first);
  };
  for (const character of text.slice(header.length + 1)) {
    if (character === '"') quoted = !quoted;
    if (character === '\n' && !quoted) end();
    else if (character !== '\r' || quoted) record += character;
    if (character !== '\n') continue;
    line++;
    if (!quoted) [record, first] = ['', line];
  }
  end();
  return found;
}

/** A file that gives at most `stride` bytes at a time, behind the header. */
function inPieces(file: StorageFile, stride: number): StorageFile {
  return Object.assign(Object.create(file) as StorageFile, {
    read: (target: Uint8Array, position: number) =>
      file.read(position <= header.length ? target : target.subarray(0, stride), position),
  });
}

describe('findLines', () => {
  it.each([1, 2, 3])('finds lines at every cut as the slow one does (seed %d)', async (seed) => {
    const random = seededRandom(seed);
    const pick = (texts: readonly string[]): string => texts[Math.floor(random() * texts.length)] ?? '';
    for (let round = 0; round < 40; round++) {
      const quotes = round % 2 === 1 ? ['"a\nb"', '"a\r\n""b"', '"\r"'] : [];
      const lines = Array.from(
        { length: Math.floor(random() * 12) },
        () =>
          pick(['a,b,c', 'i', header, `\ufeff${header}`, `${header}x`, '', 'ü,2,3', ...quotes]) + pick(['\n', '\r\n']),
      );
      const text = `${header}\n${lines.join('')}${pick(['', 'last', 'last\r'])}`;
      const expected = slowLines(text);
      const records = Array.from({ length: expected.records.size + 1 }, (_, index) => index + 1);
      for (const stride of [1, 2, 3, 7, header.length, 1000]) {
        const { records: found, headers } = await findLines(inPieces(memoryFile(text), stride), records);
        expect({ records: found, headers }, JSON.stringify({ text, stride })).toEqual(expected);
      }
    }
  });
});
