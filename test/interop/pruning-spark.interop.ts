import { describe, expect, it } from 'vitest';
import { writePrunedFiles } from './pruned-files.js';
import { runPython } from './python.js';
import { suiteFolder } from './temporary.js';

const tasks = await writePrunedFiles(suiteFolder());
const asked = tasks.flatMap((task) => [true, false].map((all) => ({ ...task, engine: 'Spark', all })));
const answers = runPython('spark_prune.py', [], asked);

describe('what Spark does not need, it does not read: the rest of each file is spoiled', () => {
  it.each(tasks.map((task, index) => ({ ...task, index })))('$name', ({ rows, index }) => {
    const [whole, filtered] = (answers as readonly object[]).slice(2 * index);
    expect(whole).toEqual({ error: expect.any(String) as string });
    expect(filtered).toEqual({ rows });
  });
});
