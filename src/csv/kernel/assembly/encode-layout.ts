/**
 * What `encode` uses of the memory besides the tables of `layout.ts`: its members of the context and of the columns. The
 * caller (`csv/kernel/encode-layout.ts`) owns every region; what stands here stands there too: change both.
 *
 * Each input that is copied whole vectors at a time, and the output, has 64 bytes of room behind it.
 */

// members of the context
export const FIELDS: usize = 0; // in: columns
export const ROW: usize = 4; // in, out: the next row of the batch
export const ROWS: usize = 8; // in: rows of the batch
export const OUT: usize = 12; // in, out: where the next byte is written
export const OUT_END: usize = 16; // in: no row begins where it might end behind this
export const ROW_LIMIT: usize = 20; // in: no row of the batch has more bytes
export const SCRATCH: usize = 64; // 32 bytes for digits

// members of a column
export const KIND: usize = 0;
export const VALUES: usize = 4; // f64 per row, or i32 codes of text
export const STATES: usize = 8; // u8 per row, of times and numbers
export const OFFSETS: usize = 12; // text: u32, one more than there are texts
export const BYTES: usize = 16; // text: as they stand in the file, quoted where need be
export const SPELLING: usize = 20; // time: bits, see `time.ts`
export const CACHE_LENGTH: usize = 24; // time: length of the text of the last time; 0 when there is none
export const CACHE_VALUE: usize = 32; // time: f64
export const CACHE: usize = 40; // time: where its 32 bytes are

// kinds of column
export const TEXT: u32 = 1;
export const TIME: u32 = 2;
export const NUMBER: u32 = 3;

// states of a cell
export const VALUE: u8 = 0;
export const NULL: u8 = 1;

// what a call answers; a time beyond the years 1 to 9999 stands in row ROW
export const DONE: i32 = 0;
export const OUTPUT_FULL: i32 = 1;
export const BAD_TIME: i32 = 2;
