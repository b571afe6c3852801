/** Packing and unpacking of gzip. */
export interface Gzip {
  readonly pack: (bytes: Uint8Array) => Uint8Array;
  /** Unpacks all members, and throws where there are more than `length` bytes, or the checksum of a member is wrong. */
  readonly unpack: (packed: Uint8Array, length: number) => Uint8Array;
}

/** Unpacks the bytes of a page to exactly `length` bytes, or throws whatever it throws. */
export type Unpack = (packed: Uint8Array, length: number) => Uint8Array;
