import { describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';

describe('a dimension with the name of a grouping', () => {
  it.each(['window', 'item', 'step'])('called %s is not mixed up with it', async (name) => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, windows: 2, dimensions: [{ name, cardinality: 2 }] });
    expect(await failureOf(() => summarize(storage, { by: [name] }))).toEqual([
      'OPTION_INVALID',
      `expected an unambiguous grouping in by, found '${name}', which is a dimension of this export as well; rename its column or leave it out`,
    ]);
    expect((await summarize(storage)).windows).toHaveLength(2);
  });
});
