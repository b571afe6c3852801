import type { ColumnSchema } from '../../../schema/schema.ts';
import { map } from './map.generated.ts';

/** Rows of a data page: half a megabyte of doubles. */
export const pageRows = 65_536;

/** Where a column is in the kernel's memory; 0 for what columns of its kind do not have. */
export interface ColumnRegions {
  readonly descriptor: number;
  readonly values: number;
  readonly states: number;
  readonly codes: number;
  readonly entries: number;
  readonly slots: number;
}

/** The regions whose sizes are known at the start. */
export interface GroupRegions {
  readonly columns: readonly ColumnRegions[];
  /** An integer of 32 bits for each row of a page. */
  readonly rows: number;
  /** Where the other regions begin. */
  readonly end: number;
}

/** Plans the regions for row groups of at most `capacity` rows. Pure arithmetic; memory that is not used costs nothing. */
export function planRegions(columns: readonly ColumnSchema[], capacity: number): GroupRegions {
  let next: number = map.REGIONS;
  const take = (bytes: number): number => {
    const region = next;
    next = Math.ceil((region + bytes + map.ROOM) / 16) * 16;
    return region;
  };
  const planned = columns.map(({ kind }) => {
    const entries = kind === 'text' ? capacity : Math.min(capacity, map.MOST_TIMES + 1);
    const isCoded = kind !== 'number';
    const hasStates = kind !== 'text';
    return {
      descriptor: take(map.DESCRIPTOR_BYTES),
      values: hasStates ? take(8 * capacity) : 0,
      states: hasStates ? take(capacity) : 0,
      codes: isCoded ? take(4 * capacity) : 0,
      entries: isCoded ? take(map.ENTRY_BYTES * entries) : 0,
      slots: isCoded ? take(4 * slotsFor(entries)) : 0,
    };
  });
  return { columns: planned, rows: take(4 * pageRows), end: next };
}

/** At most half of the slots are taken. */
function slotsFor(entries: number): number {
  return Math.max(map.FIRST_SLOTS, 2 ** Math.ceil(Math.log2(2 * entries)));
}
