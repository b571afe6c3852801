import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { createCsvEncoder } from '#src/csv/encode.js';
import { readCsvHeader } from '#src/csv/header.js';
import { csvKernels } from '#src/csv/kernel/kernel.js';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { MetricsKernel } from '#src/metrics/forecast/kernel/kernel.js';
import { decodeAll } from '../support/decode-all.ts';
import { failure } from '../support/failure.ts';
import { forecastSchema } from '../support/column-batch.ts';
import { memoryFile } from '../support/memory-file.ts';
import { limitsHeader as header, limitsTail as tail } from '../support/near-limits.ts';

const { Memory } = WebAssembly;
const text = `${header}a,b${tail}`;

/** From now on the system gives so many memories, and lets none grow where `grow` is off. */
function limitMemory(memories: number, grow: boolean): void {
  let given = 0;
  grows = grow;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (given++ >= memories) throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      super(descriptor);
    }
    override grow(delta: number): number {
      if (!grows) throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
      return super.grow(delta);
    }
  };
}

let grows = true;

afterEach(() => {
  grows = true;
  WebAssembly.Memory = Memory;
});

describe('memory that the system refuses', () => {
  // no kernel has been made before: the first test must stay the first
  it('is reported as such by the CSV kernel, which works once there is some', async () => {
    limitMemory(0, true);
    await expect(decodeAll(text)).rejects.toMatchObject({
      code: 'MEMORY_REFUSED',
      message: 'the system refused 65536 bytes of memory for the CSV kernel',
      cause: expect.any(RangeError),
    });
    limitMemory(1, false);
    await expect(decodeAll(text)).rejects.toMatchObject({ code: 'MEMORY_REFUSED' });
    grows = true;
    expect((await decodeAll(text)).rows).toHaveLength(1);
  });

  it('is reported as such by the metrics kernel, and by a summary', async () => {
    limitMemory(0, true);
    const shape = planRecordShape(forecastSchema(['mean']));
    expect(failure(() => new MetricsKernel(shape))).toEqual([
      'MEMORY_REFUSED',
      'the system refused 524288 bytes of memory for the metrics kernel',
    ]);
    const storage = createMemoryStorage([['forecasted-values/Forecasts_j_2021-12-14T13-20-10Z_part0.csv', text]]);
    await expect(summarize(await openExport(storage))).rejects.toMatchObject({ code: 'MEMORY_REFUSED' });
    limitMemory(1, false);
    const kernel = new MetricsKernel(shape);
    expect(failure(() => kernel.allocate(10_000_000))[0]).toBe('MEMORY_REFUSED');
    kernel.free();
    grows = true;
    WebAssembly.Memory = Memory;
    expect((await summarize(await openExport(storage))).summary.count).toBe(1);
  });

  it('is reported as such of what no memory can hold', () => {
    const kernel = csvKernels.acquire(1);
    expect(failure(() => csvKernels.grow(kernel, 2 ** 32))[0]).toBe('MEMORY_REFUSED');
    csvKernels.release(kernel);
  });
});

describe('a kernel that traps', () => {
  const trap = (): never => {
    throw new WebAssembly.RuntimeError('unreachable');
  };

  it('is reported as such, with the file, and is not used again', async () => {
    csvKernels.release({ ...csvKernels.acquire(1), decode: trap });
    await expect(decodeAll(text)).rejects.toMatchObject({
      code: 'KERNEL_FAILED',
      message: expect.stringContaining('part.csv: the CSV kernel stopped: unreachable'),
      position: { file: 'part.csv' },
    });
    expect((await decodeAll(text)).rows).toHaveLength(1);
  });

  it('the same where it writes', async () => {
    const { schema } = await readCsvHeader(memoryFile(text));
    csvKernels.release({ ...csvKernels.acquire(1), encode: trap });
    const encoder = await createCsvEncoder(schema);
    const { batch } = await firstBatch();
    expect(failure(() => encoder.encode(batch))[0]).toBe('KERNEL_FAILED');
    encoder.release();
    const next = await createCsvEncoder(schema);
    expect(Buffer.from(next.encode(batch)).toString()).toBe(`a,b${tail}`);
    next.release();
  });

  it('the same where it adds up', () => {
    const shape = planRecordShape(forecastSchema(['mean']));
    const kernel = new MetricsKernel(shape);
    const beyond = 2 ** 31;
    expect(failure(() => kernel.normalize(beyond))[0]).toBe('KERNEL_FAILED');
    kernel.free();
    const other = new MetricsKernel(shape);
    expect(other.u8).not.toBe(kernel.u8);
    const record = other.allocate(other.recordBytes);
    other.u8.fill(0, record, record + other.recordBytes);
    other.normalize(record);
    expect(other.u8.subarray(record, record + other.recordBytes).every((byte) => byte === 0)).toBe(true);
    other.free();
  });
});

async function firstBatch(): Promise<{ batch: import('#src/batch/columns/column-batch.js').ColumnBatch }> {
  const { decodeCsv } = await import('#src/csv/decode.js');
  const batches = decodeCsv(memoryFile(text));
  const next = await batches.next();
  if (next.done === true) throw new Error('expected a row');
  // borrowed: the generator stays where it is, so that its memory is nobody else's
  return { batch: next.value };
}
