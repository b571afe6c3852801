import { map } from './map.generated.ts';

/** Hands out regions of the kernel's memory one after another, from the end of the descriptors on. Pure arithmetic. */
export class Regions {
  /** The first byte that is not taken. */
  next: number;
  readonly #room: number;

  /** `room` bytes after each region stay unused: the kernel reads and copies whole vectors. */
  constructor(columns: number, room: number) {
    this.next = map.COLUMNS + columns * map.COLUMN_BYTES + room;
    this.#room = room;
  }

  /** The address of a new region of `bytes` bytes, aligned to 16. */
  take(bytes: number): number {
    const region = Math.ceil(this.next / 16) * 16;
    this.next = region + bytes + this.#room;
    return region;
  }
}
