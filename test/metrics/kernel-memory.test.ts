import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStorage, openExport, summarize } from '#src/index.js';
import { ForecastAccumulator } from '#src/metrics/forecast/accumulator.js';
import { MetricsKernel } from '#src/metrics/forecast/kernel/kernel.js';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { forecastSchema } from '../support/column-batch.ts';

const { Memory } = WebAssembly;
let made = 0;

function countMemories(): void {
  made = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made++;
    }
  };
}

afterEach(() => {
  WebAssembly.Memory = Memory;
});

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10\n';
const file = (part: number): string => `forecasted-values/Forecasts_job_2021-12-14T13-20-10Z_part${part}.csv`;
const row = (part: number, mean: string): string =>
  `item${part},2020-01-01T00:00:00Z,${part + 1},2020-01-01T00:00:00,2020-01-01T00:00:00,${mean},1\n`;

describe('memory of the metrics kernel', () => {
  it('is used again, however many parts there are, good and bad', async () => {
    const count = 3000;
    const storage = createMemoryStorage();
    for (let part = 0; part < count; part++) {
      storage.put(file(part), header + row(part, '1') + row(part, part % 3 === 2 ? 'bad' : '1e300'));
    }
    const found = await openExport(storage);
    countMemories();
    const summary = await summarize(found, { onBadPart: 'skip', by: ['item'] });
    expect(made).toBeLessThanOrEqual(4);
    expect(summary.skippedParts).toHaveLength(count / 3);
    expect(summary.summary).toMatchObject({ count: (2 * count * 2) / 3, itemCount: (count * 2) / 3 });
    const again = await summarize(found, { onBadPart: 'skip', by: ['item'] });
    expect(again).toEqual(summary);
    expect(made).toBeLessThanOrEqual(4);
  });

  it('comes back as zeros, whatever shape used it before', () => {
    const wide = planRecordShape(forecastSchema(['mean', '0.1', '0.5', '0.9']));
    const first = new MetricsKernel(wide);
    const record = first.allocate(first.recordBytes);
    first.u8.fill(0xff, record, first.allocate(100_000) + 100_000);
    first.u8.fill(0xff, first.staging.values, first.staging.values + 1000);
    countMemories();
    first.free();
    first.free();
    const second = new MetricsKernel(planRecordShape(forecastSchema(['0.5'])));
    expect(made).toBe(0);
    expect(second.u8.subarray(second.staging.runs, second.out).every((byte) => byte === 0)).toBe(true);
    const next = second.allocate(1_000_000);
    expect(second.u8.subarray(next, next + 1_000_000).every((byte) => byte === 0)).toBe(true);
    second.free();
  });

  it('is not shared by two at a time, nor kept without bound', () => {
    const shape = planRecordShape(forecastSchema(['mean']));
    const kernels = Array.from({ length: 5 }, () => new MetricsKernel(shape));
    const [a, b] = kernels.map((kernel) => kernel.allocate(16));
    kernels[0]!.u8[a!] = 7;
    expect(kernels[1]!.u8[b!]).toBe(0);
    for (const kernel of kernels) kernel.free();
    countMemories();
    const more = Array.from({ length: 5 }, () => new MetricsKernel(shape));
    expect(made).toBe(3);
    for (const kernel of more) kernel.free();
  });

  it('is taken by an accumulator only when it has something to hold', async () => {
    countMemories();
    const schema = forecastSchema(['mean']);
    const all = Array.from({ length: 10 }, () => new ForecastAccumulator({ schema }));
    expect(made).toBe(0);
    for (const accumulator of all) await accumulator.takeState();
    expect(made).toBeLessThanOrEqual(1);
  });
});
