import { at, member } from './kernel.ts';

/** What `encode` of the kernel answers. Mirrors `assembly/encode-layout.ts`. */
export const encodeStatus = { done: 0, outputFull: 1, badTime: 2 } as const;

/** Members of the context while the kernel encodes, as byte addresses. Mirrors `assembly/encode-layout.ts`. */
export const encodeAt = { fields: 16384, row: 16388, rows: 16392, out: 16396, outEnd: 16400, rowLimit: 16404 } as const;

/** Members of a column's descriptor while the kernel encodes, as offsets. Mirrors `assembly/encode-layout.ts`. */
export const encodeMember = {
  kind: 0,
  values: 4,
  states: 8,
  offsets: 12,
  bytes: 16,
  spelling: 20,
  cacheLength: 24,
  cache: 40,
} as const;

/** The kernel's numbers for kinds of column. */
export const encodeKinds = { text: 1, time: 2, number: 3 } as const;

/** Room behind every region, since the kernel copies whole vectors. */
const room = 64;

/** Hands out regions of the kernel's memory one behind the other, from behind the descriptors on. Pure arithmetic. */
export class Regions {
  /** The first byte that is not taken. */
  next: number;

  constructor(columns: number) {
    this.next = at.columns + columns * member.bytesPerColumn + room;
  }

  /** The address of a region of so many bytes, aligned to 16. */
  take(bytes: number): number {
    const region = Math.ceil(this.next / 16) * 16;
    this.next = region + bytes + room;
    return region;
  }
}
