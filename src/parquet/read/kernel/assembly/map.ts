/**
 * The map of the Parquet page kernel's memory. The caller (`../page-memory.ts`) owns every region; the kernel reads packed
 * pages and writes where it is told, never outside of the regions that a call is given. It may read up to `ROOM` bytes
 * past a region, whose content then does not matter. The build gives the constants below to TypeScript as
 * `map.generated.ts`.
 *
 *   CONTEXT   the members below: what a call found
 *   PATTERN   how integers of `WIDTH` bits are unpacked: 2 times 16 indices of bytes, 2 times 4 multipliers
 *   SCRATCH   `BLOCK` integers, between being unpacked and looked up
 *   COPIES    how copies of Snappy are read, 8 bytes for each tag; 0 at first
 *   REGIONS   from here on the regions of the caller: the packed chunk, an unpacked page, a dictionary, flags, values
 */
export const CONTEXT: usize = 4096;
export const PATTERN: usize = 4160;
export const SCRATCH: usize = 8192;
export const BLOCK: u32 = 1024;
export const COPIES: usize = 12288;
export const REGIONS: usize = 16384;
export const ROOM: u32 = 64;

// members of the context, as addresses; what holds only after some answers is said there
export const POSITION: usize = CONTEXT; // u32: the byte after the last run
export const COUNT: usize = CONTEXT + 4; // u32: values that were read
export const VALUE: usize = CONTEXT + 8; // f64
export const PRESENT: usize = CONTEXT + 16; // u32: levels of 1
export const WIDTH: usize = CONTEXT + 20; // u32: the width that `PATTERN` is for, 0 at first

// answers
export const DONE: u32 = 0;
export const ENDS: u32 = 1; // the bytes end after COUNT values
export const EMPTY_RUN: u32 = 2;
export const WIDE_RUN: u32 = 3; // a run repeats VALUE, which has more bits than there may be
export const LONG_RUN: u32 = 4; // a run has VALUE values after COUNT others: more than are left
export const BAD_ENTRY: u32 = 5; // value COUNT (from 0) is VALUE: no entry of the dictionary; POSITION is right
export const BAD_TIME: u32 = 6; // value COUNT (from 0) is no time that can be held

// units of times, in one millisecond
export const MILLIS: u32 = 1;
export const MICROS: u32 = 1000;
export const NANOS: u32 = 1000000;
