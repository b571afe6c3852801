import type { Column, ColumnBatch } from '../batch/columns/column-batch.ts';
import type { ColumnRegion, DecodeRegions } from './kernel/decode-regions.ts';
import type { CsvKernel } from './kernel/kernel.ts';
import { map } from './kernel/map.generated.ts';

/** Views of one column's outputs for a number of rows. */
interface OutputViews {
  readonly numbers: Float64Array;
  readonly codes: Int32Array;
  readonly states: Uint8Array;
}

/**
 * Presents the rows in the kernel's outputs as batches: views, without copying. Views of full batches are made once, since
 * all batches of a part but the last are full, and views are most of the garbage that a batch would leave.
 */
export class BatchViewer {
  readonly #view: DataView;
  readonly #regions: readonly ColumnRegion[];
  readonly #capacity: number;
  readonly #full = new Map<ColumnRegion, OutputViews>();

  /** `order` names the columns of a batch, `capacity` is the rows of a full one. */
  constructor(kernel: CsvKernel, regions: DecodeRegions, order: readonly string[], capacity: number) {
    const byName = new Map(regions.columns.map((region) => [region.column.name, region]));
    this.#view = new DataView(kernel.memory.buffer);
    this.#regions = order.flatMap((name) => byName.get(name) ?? []);
    this.#capacity = capacity;
    for (const region of this.#regions) this.#full.set(region, this.#views(region, capacity));
  }

  batch(rows: number, firstRecord: number): ColumnBatch {
    const columns = new Map<string, Column>();
    for (const region of this.#regions) columns.set(region.column.name, this.#column(region, rows));
    return { rows, firstRecord, columns };
  }

  #column(region: ColumnRegion, rows: number): Column {
    const full = rows === this.#capacity ? this.#full.get(region) : undefined;
    const { numbers: values, codes, states } = full ?? this.#views(region, rows);
    const { kind } = region.column;
    if (kind === 'number') return { kind, values, states };
    if (kind === 'time') return { kind, values, states, spellings: this.#member(region, map.SPELLINGS) };
    const size = this.#member(region, map.DICTIONARY_SIZE);
    const offsets = new Uint32Array(this.#view.buffer, region.offsets, size + 1);
    const bytes = new Uint8Array(this.#view.buffer, region.bytes, offsets[size] ?? 0);
    return { kind, codes, dictionary: { size, offsets, bytes } };
  }

  #views(region: ColumnRegion, rows: number): OutputViews {
    const { buffer } = this.#view;
    const text = region.column.kind === 'text';
    return {
      numbers: new Float64Array(buffer, region.values, text ? 0 : rows),
      codes: new Int32Array(buffer, region.values, text ? rows : 0),
      states: new Uint8Array(buffer, region.states, text ? 0 : rows),
    };
  }

  #member(region: ColumnRegion, offset: number): number {
    return this.#view.getUint32(region.descriptor + offset, true);
  }
}
