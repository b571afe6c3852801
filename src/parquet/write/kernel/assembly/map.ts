/**
 * The map of the memory of the kernel that encodes Parquet. The caller (`../group-memory.ts`) owns every region and
 * passes addresses; the kernel reads the cells of a row group and writes where it is told. The build gives the constants
 * below to TypeScript as `map.generated.ts`.
 *
 *   CONTEXT      the members below
 *   PLACES       Snappy: the last place of every four bytes by their hash, 16,384 integers of 32 bits
 *   REGIONS      then regions that the caller places: of each column a descriptor, cells and a dictionary; the
 *                rows of one page; the texts of all dictionaries; a page and the bytes of the file
 *
 * What is read or written a vector or word at a time is followed by ROOM bytes that are nobody's.
 */
export const CONTEXT: usize = 4096;
export const PLACES: usize = 8192;
export const REGIONS: usize = PLACES + 65536;
export const ROOM: usize = 64;

// members of the context, as addresses
export const TEXT_END: usize = CONTEXT; // in, out: where the bytes of the next new text are written
export const NOT_DEFINED: usize = CONTEXT + 4; // `countNulls`, out: cells that are not defined
export const ROW: usize = CONTEXT + 8; // `encodeTexts`, out: rows that were written
export const LEAST_CODE: usize = CONTEXT + 12; // `boundTexts`, out
export const SEED: usize = CONTEXT + 16; // in: 16 random bytes, so that no file can be made to collide
export const LEAST: usize = CONTEXT + 32; // `boundNumbers`, out: f64
export const GREATEST: usize = CONTEXT + 40; // `boundNumbers`, out: f64
export const NANS: usize = CONTEXT + 48; // `boundNumbers`, out: values that are NaN, and cells that have none
export const GREATEST_CODE: usize = CONTEXT + 52; // `boundTexts`, out

// members of a column's descriptor, as offsets
export const DESCRIPTOR_BYTES: usize = 48;
export const VALUES: usize = 0; // f64 per row, of numbers and times
export const STATES: usize = 4; // u8 per row, of numbers and times
export const CODES: usize = 8; // u32 per row, of texts and times: which entry
export const ENTRIES: usize = 12; // the distinct texts or times, in order of appearance
export const SIZE: usize = 16; // how many there are
export const SLOTS: usize = 20; // hash table of code + 1, 0 is free
export const SLOT_MASK: usize = 24; // of the slots in use, fewer than there is room for
export const LAST_CODE: usize = 28; // time: its code
export const LAST_TIME: usize = 32; // time: f64 of the last row, NaN where there is none

// members of an entry, as offsets
export const ENTRY_BYTES: usize = 12;
export const HASH: usize = 0;
export const TIME: usize = 4; // time: i64, in milliseconds
export const ADDRESS: usize = 4; // text
export const LENGTH: usize = 8; // text

export const FIRST_SLOTS: u32 = 256; // in use while there are few entries
export const MOST_TIMES: u32 = 65536; // a dictionary of times gets no larger; one more says so
export const NO_CODE: u32 = 0xffffffff;
export const NOT_WHOLE: u32 = 0xffffffff; // `codeTimes`: a time is no integer of 64 bits

// states of a cell
export const VALUE: u8 = 0;
export const NULL_CELL: u8 = 1;
export const NOT_DEFINED_CELL: u8 = 2;
