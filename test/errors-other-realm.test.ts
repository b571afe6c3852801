import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isMemoryError, kernelFailed } from '#src/batch/kernel-errors.js';
import { BacktestExportError, isError, outOfMemory, serializeError } from '#src/errors.js';
import { unpackPage } from '#src/parquet/codecs/decompress.js';
import { PagePlace } from '#src/parquet/values/page-place.js';
import { failure } from './support/failure.js';
import { chunkPlan } from './support/parquet-bytes.js';

/** What a script makes in a context with classes of its own, as a test of Jest has. */
const elsewhere = (script: string): unknown => runInNewContext(script);

describe('an error of another realm, where Error is another class', () => {
  const refused = elsewhere("new RangeError('WebAssembly.Memory(): could not allocate memory')");

  it('is an error; what only looks a little like one is none', () => {
    expect(refused instanceof Error).toBe(false);
    expect(isError(refused)).toBe(true);
    const others = [
      undefined,
      null,
      'Error',
      {},
      { message: 'no' },
      { name: 'Error', message: 5 },
      { name: 1, message: '' },
    ];
    expect(others.filter(isError)).toEqual([]);
  });

  it('is known as one about memory', () => {
    expect(isMemoryError(refused)).toBe(true);
    expect(isMemoryError(elsewhere("new TypeError('could not allocate memory')"))).toBe(false);
    expect(outOfMemory('reading', refused)?.code).toBe('OUT_OF_MEMORY');
    const zlib = elsewhere("Object.assign(new Error('Insufficient memory'), { code: 'Z_MEM_ERROR' })");
    const unpack = (): never => {
      throw zlib;
    };
    const place = new PagePlace(chunkPlan(), 1, 0);
    expect(failure(() => unpackPage(unpack, new Uint8Array(1), 2, place))[0]).toBe('MEMORY_REFUSED');
  });

  it('is told by its message', () => {
    expect(kernelFailed('the kernel', undefined, elsewhere("new Error('unreachable')")).problem).toMatch(
      /^the kernel stopped: unreachable;/,
    );
    expect(serializeError(elsewhere("new Error('no')")).problem).toMatch(/^the worker thread failed: Error: no < at /);
    const own = { name: 'BacktestExportError', message: 'm', code: 'READ_FAILED', problem: 'm', position: {} };
    expect(elsewhere(`Object.assign(new Error('m'), ${JSON.stringify(own)})`)).toBeInstanceOf(BacktestExportError);
  });
});
