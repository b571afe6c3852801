import { describe, expect, it } from 'vitest';
import { OneByOne } from '#src/export/parts/one-by-one.js';
import { collect } from '../support/collect.ts';

interface Watched {
  readonly items: OneByOne<number>;
  /** What happened to the source. */
  readonly events: string[];
}

function watch(lists: readonly (readonly number[])[], error?: Error): Watched {
  const events: string[] = [];
  async function* source(): AsyncGenerator<readonly number[], void, undefined> {
    try {
      for (const list of lists) {
        events.push(`list of ${list.length}`);
        yield list;
      }
      if (error !== undefined) throw error;
    } finally {
      events.push('closed');
    }
  }
  return { items: new OneByOne(source()), events };
}

describe('OneByOne', () => {
  it('gives every item in order, and asks for a list when the one before is used up', async () => {
    const { items, events } = watch([[1, 2], [], [3]]);
    expect([await items.next(), await items.next()]).toEqual([
      { value: 1, done: false },
      { value: 2, done: false },
    ]);
    expect(events).toEqual(['list of 2']);
    expect(await collect(items)).toEqual([3]);
    expect(events).toEqual(['list of 2', 'list of 0', 'list of 1', 'closed']);
    expect(await items.next()).toEqual({ value: undefined, done: true });
  });

  it('answers calls that do not wait for each other in their order', async () => {
    const { items, events } = watch([[1, 2], [3], [4]]);
    const answers = await Promise.all([items.next(), items.next(), items.next(), items.return(), items.next()]);
    expect(answers.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
    expect(answers.map(({ done }) => done)).toEqual([false, false, false, true, true]);
    expect(events).toEqual(['list of 2', 'list of 1', 'closed']);
  });

  it('closes its source when the consumer stops or throws, and ends with an error of the source', async () => {
    const stopped = watch([[1, 2, 3]]);
    for await (const item of stopped.items) if (item === 2) break;
    expect(stopped.events).toEqual(['list of 3', 'closed']);
    expect(await stopped.items.next()).toEqual({ value: undefined, done: true });

    const thrown = watch([[1, 2, 3]]);
    await thrown.items.next();
    await expect(thrown.items.throw(new RangeError('mine'))).rejects.toThrow('mine');
    expect([thrown.events, await collect(thrown.items)]).toEqual([['list of 3', 'closed'], []]);

    const failing = watch([[1]], new RangeError('bad cell'));
    expect(await failing.items.next()).toEqual({ value: 1, done: false });
    await expect(failing.items.next()).rejects.toThrow('bad cell');
    expect(await failing.items.next()).toEqual({ value: undefined, done: true });
  });
});
