import { describe, expect, it } from 'vitest';
import { createMemoryStorage, summarize } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { BacktestExportError, outOfMemory, quoteText, reviveError, serializeError } from '#src/errors.js';

describe('BacktestExportError', () => {
  it('names the place before the problem, in reading order', () => {
    const error = new BacktestExportError('NUMBER_INVALID', 'expected a number', {
      position: { file: 'a.csv', byte: 1042, record: 12, line: 13, column: 'p90' },
    });
    expect(error.message).toBe('a.csv, record 12, line 13, column p90, byte 1042: expected a number');
    expect(error.problem).toBe('expected a number');
  });

  it('can be passed between threads', () => {
    const error = new BacktestExportError('CSV_FIELD_COUNT', 'expected 3', { position: { file: 'a', record: 0 } });
    const revived = reviveError(structuredClone(serializeError(error)));
    expect(revived).toMatchObject({
      code: 'CSV_FIELD_COUNT',
      message: 'a, header: expected 3',
      position: error.position,
    });
    expect(serializeError(new TypeError('odd'))).toMatchObject({ code: 'WORKER_FAILED' });
  });
});

/** What the engine itself throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
}

describe('an error of another copy of the library', () => {
  class OtherError extends Error {
    override readonly name = 'BacktestExportError';
    readonly code = 'FILE_NOT_FOUND';
    readonly problem = 'no such file';
    readonly position = {};
  }

  it('is a BacktestExportError, but none of its subclasses', () => {
    class Narrow extends BacktestExportError {}
    expect(new OtherError()).toBeInstanceOf(BacktestExportError);
    expect(serializeError(new OtherError())).toMatchObject({ code: 'FILE_NOT_FOUND', problem: 'no such file' });
    expect(new Error('other')).not.toBeInstanceOf(BacktestExportError);
    expect(new OtherError()).not.toBeInstanceOf(Narrow);
    expect(new Narrow('READ_FAILED', 'odd')).toBeInstanceOf(Narrow);
  });

  it('is understood where a storage of the other copy throws it', async () => {
    const storage = createMemoryStorage();
    await generateExport(storage, { items: 2, horizon: 2 });
    const open = storage.open.bind(storage);
    storage.open = (path) =>
      open(path).catch((error: unknown) => {
        throw error instanceof BacktestExportError && error.code === 'FILE_NOT_FOUND' ? new OtherError() : error;
      });
    expect((await summarize(storage, { threads: 1 })).export.rows).toBe(4);
  });
});

describe('memory or stack that ran out', () => {
  const deep = (): number => 1 + deep();
  it.each<[string, () => unknown]>([
    ['a list spread into a call', () => Math.max(...new Float64Array(1_000_000))],
    ['endless recursion', deep],
    ['an array too long', () => Object.assign([], { length: 2 ** 32 })],
    ['a typed array too long', () => new Float64Array(2 ** 50)],
    ['a buffer too long', () => new ArrayBuffer(2 ** 52)],
    ['a text too long', () => 'x'.repeat(2 ** 29).padEnd(2 ** 30, 'y')],
    ['a module with more memory than there can be', () => new WebAssembly.Memory({ initial: 2 ** 40 })],
  ])('is reported with a code of its own: %s', (_, run) => {
    const error = thrownBy(run);
    // the last is a mistake of types, which only looks like it
    if (error instanceof TypeError) return expect(outOfMemory('it failed', error)).toBeUndefined();
    expect(outOfMemory('it failed', error)?.code).toBe('OUT_OF_MEMORY');
    expect(serializeError(error).code).toBe('OUT_OF_MEMORY');
  });

  it('is not reported for other range errors', () => {
    for (const run of [() => new Date(Number.NaN).toISOString(), () => 'x'.repeat(-1)]) {
      expect(outOfMemory('it failed', thrownBy(run))).toBeUndefined();
    }
    expect(outOfMemory('it failed', 'Maximum call stack size exceeded')).toBeUndefined();
  });
});

describe('quoteText', () => {
  it('escapes what could forge a message and shortens what could flood it', () => {
    expect(quoteText('a\n\u001b[31m\u202eb')).toBe("'a\\n\\u001b[31m\\u202eb'");
    expect(quoteText('x'.repeat(5000))).toBe(`'${'x'.repeat(200)}… (5000 characters)'`);
  });
});
