import type { Column, ColumnBatch } from '../batch/column-batch.ts';
import type { Kernel } from './kernel/kernel.ts';
import { member } from './kernel/kernel.ts';
import type { ColumnRegion, KernelLayout } from './kernel/layout.ts';

/** The rows in the kernel's outputs as a batch: views, nothing is copied. */
export function viewBatch(
  kernel: Kernel,
  layout: KernelLayout,
  order: readonly string[],
  rows: number,
  firstRecord: number,
): ColumnBatch {
  const view = new DataView(kernel.memory.buffer);
  const byName = new Map(layout.columns.map((region) => [region.column.name, region]));
  const columns = new Map<string, Column>();
  for (const name of order) {
    const region = byName.get(name);
    if (region !== undefined) columns.set(name, viewColumn(view, region, rows));
  }
  return { rows, firstRecord, columns };
}

function viewColumn(view: DataView, region: ColumnRegion, rows: number): Column {
  const { buffer } = view;
  if (region.column.kind === 'text') {
    const size = view.getUint32(region.descriptor + member.dictionarySize, true);
    const offsets = new Uint32Array(buffer, region.offsets, size + 1);
    const bytes = new Uint8Array(buffer, region.bytes, offsets[size] ?? 0);
    return { kind: 'text', codes: new Int32Array(buffer, region.values, rows), dictionary: { size, offsets, bytes } };
  }
  const values = new Float64Array(buffer, region.values, rows);
  const states = new Uint8Array(buffer, region.states, rows);
  if (region.column.kind === 'number') return { kind: 'number', values, states };
  return { kind: 'time', values, states, spellings: view.getUint32(region.descriptor + member.spellings, true) };
}
