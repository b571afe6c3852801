import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Document } from '#src/show/layout/document.js';
import { createOutput } from '#src/cli/print/output.js';
import { printDocument } from '#src/cli/print/print-document.js';
import { styleOf } from '#src/cli/print/style.js';
import { FakeStream } from './run.ts';

const rows = Array.from({ length: 10_000 }, (_, index) => [`item_${index}`, String(index)]);
const columns = [{ header: 'item' }, { header: 'n', align: 'right' as const }];
const document: Document = {
  sections: () => [{ title: 'Items', columns, rows }],
  records: () => ({ header: ['item', 'n'], rows }),
  data: rows,
};

/** Writes of both streams in order: `1` and `2` for their numbers, a blank, and the text. */
async function print(format: string, terminals: { out?: number; err?: number }): Promise<string[]> {
  const writes: string[] = [];
  const [out, err] = [new FakeStream(terminals.out), new FakeStream(terminals.err)];
  for (const [number, stream] of [
    ['1', out],
    ['2', err],
  ] as const) {
    const write = stream.write.bind(stream);
    stream.write = (text, done) => {
      writes.push(`${number} ${text}`);
      return write(text, done);
    };
  }
  // each look at the clock is 20 ms later
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 20));
  await printDocument(
    {
      out: createOutput(out),
      outStyle: styleOf(out, { NO_COLOR: '1' }),
      err: createOutput(err),
      errStyle: styleOf(err, { NO_COLOR: '1' }),
      signal: new AbortController().signal,
    },
    document,
    format,
  );
  return writes;
}

const erased = '2 \r\u001b[2K';

describe('progress of the output', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('moves while lines are laid out and written to a file, and is erased', async () => {
    const writes = await print('table', { err: 80 });
    const shown = writes.filter((text) => text.startsWith('2'));
    const lines = shown.flatMap((text) => (text.startsWith(erased) ? text.slice(erased.length) : []));
    expect(lines.some((line) => /^output: \d+ lines laid out$/.test(line))).toBe(true);
    expect(lines.some((line) => /^output: [\d.]+ kB$/.test(line))).toBe(true);
    expect(shown.at(-1)).toBe(erased);
    expect(writes.at(-1)).toBe(erased);
    const text = writes.flatMap((write) => (write.startsWith('1') ? write.slice(2) : [])).join('');
    expect(text.split('\n').slice(0, 3)).toEqual(['Items', '  item          n', '  item_0        0']);
    expect(text.split('\n').slice(-2)).toEqual(['  item_9999  9999', '']);
  });

  it('is erased before the first text that goes to the same terminal, and does not come back', async () => {
    const writes = await print('table', { out: 80, err: 80 });
    const first = writes.findIndex((write) => write.startsWith('1'));
    expect(writes[first - 1]).toBe(erased);
    expect(writes.slice(first).filter((write) => write.startsWith('2'))).toEqual([]);
  });

  it.each(['table', 'csv', 'json', 'markdown'])('is not shown for %s where there is no terminal', async (format) => {
    const writes = await print(format, {});
    expect(writes.filter((write) => write.startsWith('2'))).toEqual([]);
  });
});
