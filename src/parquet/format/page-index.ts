import type { ByteSink } from '../../batch/byte-sink.ts';
import type { ColumnKind } from '../../schema/schema.ts';
import { compareBounds, type Bounds } from './bounds.ts';
import { writeStruct } from './write-thrift.ts';

/** What the page index tells of a data page. */
export interface IndexedPage {
  /** Where its header begins in the file. */
  readonly offset: number;
  /** Header included. */
  readonly bytes: number;
  /** Of its row group, from 0. */
  readonly firstRow: number;
  /** Cells that have a value. */
  readonly present: number;
  readonly nulls: number;
  /** Of a column of numbers. */
  readonly nans: number;
  /** Undefined where there is no value, or none that bounds can be made of. */
  readonly bounds: Bounds | undefined;
}

/** `BoundaryOrder`. */
export const boundaryOrders = { unordered: 0, ascending: 1, descending: 2 } as const;

/**
 * Whether a chunk gets a column index: every page that has values has bounds, and no value is NaN. The format allows NaN
 * beside bounds, but engines that count NaN as greatest would miss it.
 */
export function hasColumnIndex(pages: readonly IndexedPage[]): boolean {
  return pages.every(({ present, nans, bounds }) => nans === 0 && (present === 0 || bounds !== undefined));
}

/** Appends the column index of a chunk that has one. Source: parquet.thrift, `ColumnIndex`. */
export function writeColumnIndex(out: ByteSink, kind: ColumnKind, pages: readonly IndexedPage[]): void {
  const nothing = new Uint8Array(0);
  writeStruct(out, {
    1: pages.map(({ present }) => present === 0),
    2: pages.map(({ bounds }) => bounds?.min ?? nothing),
    3: pages.map(({ bounds }) => bounds?.max ?? nothing),
    4: orderOfPages(kind, pages),
    5: pages.map(({ nulls }) => BigInt(nulls)),
    8: kind === 'number' ? pages.map(({ nans }) => BigInt(nans)) : undefined,
  });
}

/** Appends the offset index of a chunk: where its data pages are. Source: parquet.thrift, `OffsetIndex`. */
export function writeOffsetIndex(out: ByteSink, pages: readonly IndexedPage[]): void {
  writeStruct(out, {
    1: pages.map(({ offset, bytes, firstRow }) => ({ 1: BigInt(offset), 2: bytes, 3: BigInt(firstRow) })),
  });
}

/** Whether minima and maxima of the pages that have values both rise, or both fall. */
function orderOfPages(kind: ColumnKind, pages: readonly IndexedPage[]): number {
  const bounds = pages.flatMap((page) => page.bounds ?? []);
  const isOrdered = (sign: 1 | -1): boolean =>
    bounds.every(({ min, max }, index) => {
      const before = bounds[index - 1];
      if (before === undefined) return true;
      return sign * compareBounds(kind, before.min, min) <= 0 && sign * compareBounds(kind, before.max, max) <= 0;
    });
  if (isOrdered(1)) return boundaryOrders.ascending;
  return isOrdered(-1) ? boundaryOrders.descending : boundaryOrders.unordered;
}
