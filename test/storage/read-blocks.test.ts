import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { blockBytes } from '#src/storage/block-memory.js';
import { ReadBlocks } from '#src/storage/read-blocks.js';
import { readBody } from '#src/storage/s3/read-body.js';
import { setWorkingThreads } from '#src/storage/thread-share.js';

const idle = AbortSignal.any([]);

describe('blocks that are read ahead', () => {
  /** A file of so many blocks whose bytes tell their block; `asked` holds the blocks in the order of their requests. */
  function blocksOf(count: number): { blocks: ReadBlocks; asked: number[] } {
    const asked: number[] = [];
    const fetch = async (target: Uint8Array, position: number): Promise<void> => {
      asked.push(position / blockBytes);
      await turn();
      target.fill(1 + position / blockBytes);
    };
    return { blocks: new ReadBlocks(fetch, 0, count * blockBytes), asked };
  }

  it('leave their room to the file that is to be read next, before it is read', async () => {
    const first = blocksOf(12);
    const next = blocksOf(4);
    expect(first.asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(next.asked).toEqual([]);
    const target = new Uint8Array(blockBytes);
    for (let block = 0; block < 12; block++) {
      await first.blocks.read(target, block * blockBytes);
      expect([target[0], target.at(-1)]).toEqual([1 + block, 1 + block]);
    }
    expect(first.asked).toEqual(Array.from({ length: 12 }, (_, block) => block));
    expect(next.asked).toEqual([0, 1, 2, 3]);
    await Promise.all([first.blocks.close(), next.blocks.close()]);
  });

  it('are two at least, however many threads share what the process may hold', async () => {
    setWorkingThreads(16);
    try {
      const { blocks, asked } = blocksOf(5);
      expect(asked).toEqual([0, 1]);
      await blocks.close();
    } finally {
      setWorkingThreads(1);
    }
  });

  it('send their requests while what has arrived is read without a pause', async () => {
    const { blocks } = blocksOf(8);
    const target = new Uint8Array(blockBytes / 16);
    await blocks.read(target, 0);
    for (let rest = 0; rest < 10; rest++) await turn();
    let turns = 0;
    let done = false;
    const count = (): void => void (turns++, done || setImmediate(count));
    setImmediate(count);
    for (let at = 0; at < 4 * blockBytes; at += target.length) await blocks.read(target, at);
    done = true;
    expect(turns).toBeGreaterThan(16);
    await blocks.close();
  });
});

describe('the body of a response', () => {
  const pieces = (count: number): Uint8Array[] => Array.from({ length: count }, (_, at) => Uint8Array.of(at));

  it('is handed over piece by piece, from a stream and from anything else that gives pieces', async () => {
    async function* asked(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces(3)) {
        await turn();
        yield piece;
      }
    }
    for (const body of [Readable.from(pieces(3)), asked()]) {
      const found: number[] = [];
      await readBody(body, idle, (piece) => found.push(...piece));
      expect(found).toEqual([0, 1, 2]);
    }
  });

  it('is ended by whoever takes the pieces', async () => {
    const body = Readable.from(pieces(1000));
    let taken = 0;
    const take = (): void => {
      if (++taken === 2) throw new Error('enough');
    };
    await expect(readBody(body, idle, take)).rejects.toThrow('enough');
    await turn();
    expect([taken, body.destroyed]).toEqual([2, true]);
  });

  it('hands over nothing once the signal has fired', async () => {
    const stop = new AbortController();
    const body = Readable.from(pieces(1000));
    let taken = 0;
    const take = (): void => {
      if (++taken === 2) stop.abort(new Error('stopped'));
    };
    await expect(readBody(body, stop.signal, take)).rejects.toThrow('stopped');
    await turn();
    expect([taken, body.destroyed]).toEqual([2, true]);
  });

  it('fails where it ends early', async () => {
    const body = new Readable({ read: () => undefined });
    body.push(Uint8Array.of(7));
    setImmediate(() => body.destroy());
    const found: number[] = [];
    await expect(readBody(body, idle, (piece) => found.push(...piece))).rejects.toThrow('Premature close');
    expect(found).toEqual([7]);
  });
});
