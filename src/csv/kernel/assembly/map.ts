/**
 * The map of the CSV kernel's memory. The caller (`../kernel.ts`) owns every region and fills the tables; the kernel only
 * reads input and writes where it is told. The build gives the constants below to TypeScript as `map.generated.ts`.
 *
 *   TABLES       powers of five, 128 bits each, for q = -342 … 324: high word, low word
 *   MASKS16      for n = 0 … 16: 16 bytes, the last n of them 0x0f, the others 0
 *   MASKS8       for n = 0 … 8: 8 bytes, likewise
 *   VECTORS      constants of 16 bytes, loaded because the engine would build a literal anew at each use
 *   PIECES       10^-f for f up to 16: 24 bits, the next 24 bits, the rest, and 10^f, as f64
 *   INTEGERS     10^0 … 10^19 as u64
 *   DOUBLES      10^0 … 10^22 as f64
 *   PAIRS        the digits `00` to `99`
 *   DIGITS       constants of 16 bytes that `encode` takes digits apart with
 *   SPELLED      decode: 128 bytes for a field as `encode` would write it
 *   CONTEXT      the members below, u32 each
 *   COLUMNS      one descriptor of 64 bytes per column: for `decode` one per field of the header
 *   (then regions that the caller places: of `decode` outputs, dictionaries, input; of `encode` columns, output)
 *
 * Input is followed by 64 bytes of line feeds, which stop every scan. What `encode` copies whole vectors at a time, and
 * its output, is followed by 64 bytes of room. One instance either decodes or encodes at a time: the two share the
 * context and the descriptors.
 */
export const PIECES: usize = 3072;
export const TABLES: usize = 4096;
export const MASKS16: usize = 14976;
export const MASKS8: usize = 15248;
export const VECTORS: usize = 15328; // in 16-bit lanes: 2561 …; 100, 1 …; 10000, 1 …; in bytes: 0x50 …; -119 …; delimiters by low bits; 0x0f …; 0, 1, 2 …
export const INTEGERS: usize = 15456;
export const DOUBLES: usize = 15616;
export const PAIRS: usize = 15808;
export const DIGITS: usize = 16016; // in 32-bit lanes: 10486; 1 - 100 * 2^16; in 16-bit lanes: 103; 1 - 10 * 2^8; in bytes: the digit 0
export const SPELLED: usize = 16128;
export const CONTEXT: usize = 16384;
export const COLUMNS: usize = CONTEXT + 128;
export const COLUMN_BYTES: usize = 64;

// members of the context, as addresses
export const POSITION: usize = CONTEXT; // in, out: the next unread byte
export const END: usize = CONTEXT + 4; // in: just after the last byte
export const FIELDS: usize = CONTEXT + 8; // in: fields in each record
export const ROWS: usize = CONTEXT + 12; // decode in, out: rows written to the outputs; encode in: rows of the batch
export const CAPACITY: usize = CONTEXT + 16; // in: rows that the outputs can hold
export const HARD: usize = CONTEXT + 20; // in: region of hard numbers, 16 bytes each: column, row, text, length
export const HARD_COUNT: usize = CONTEXT + 24; // in, out
export const HARD_CAPACITY: usize = CONTEXT + 28; // in
export const LINE_ENDS: usize = CONTEXT + 32; // in, out: bit 0 a LF was found, bit 1 a CRLF
export const BLANK_LINES: usize = CONTEXT + 36; // in, out: empty lines skipped
export const QUOTED_BREAKS: usize = CONTEXT + 40; // in, out: line feeds inside quoted fields of written rows
export const HEADER: usize = CONTEXT + 44; // in: the header record's bytes without its line end
export const HEADER_LENGTH: usize = CONTEXT + 48; // in
export const RECORD_LIMIT: usize = CONTEXT + 52; // in: a longer record is a bad row
export const DICTIONARY_FULL: usize = CONTEXT + 56; // in, out: a dictionary has grown past its limit; 0 once the caller has emptied them
export const ROW: usize = CONTEXT + 60; // encode in, out: the next row of the batch
export const SCRATCH: usize = CONTEXT + 64; // encode: 32 bytes for digits
export const OUT: usize = CONTEXT + 96; // encode in, out: where the next byte is written
export const OUT_END: usize = CONTEXT + 100; // encode in: no row begins where it might end after this
export const ROW_LIMIT: usize = CONTEXT + 104; // encode in: no row of the batch has more bytes
export const CHECK_SPELLING: usize = CONTEXT + 108; // decode in: whether RESPELLED is of interest
export const RESPELLED: usize = CONTEXT + 112; // decode in, out: 1 once a row, or a line before one, is not as `encode` would write it
export const DELIMITERS: usize = CONTEXT + 116; // decode in: region for the addresses of delimiters, u32 each
export const DELIMITER_ROWS: usize = CONTEXT + 120; // decode in: rows whose delimiters it holds, one more than fields for each, besides EXTRA_DELIMITERS
export const ADDED_END: usize = CONTEXT + 124; // decode in: the end of a line feed that the file does not have, and which is no line end of it; 0 if there is none
export const EXTRA_DELIMITERS: u32 = 72; // one in front of the first row, and what is listed too much

// members of a column's descriptor, as offsets
export const KIND: usize = 0;
export const VALUES: usize = 4; // f64 per row, or i32 codes of text
export const STATES: usize = 8; // u8 per row, of times and numbers
export const LAST_LENGTH: usize = 12; // length of the last row's plain text: decode NO_LAST, encode 0 where there is none
export const LAST_TEXT: usize = 16; // time: address of its 32 bytes; text: address in the dictionary
export const LAST_CODE: usize = 20; // text: its code
export const SPELLINGS: usize = 24; // time: bits below, those found or the one to write
export const SLOTS: usize = 28; // text: hash table of code + 1, 0 is free
export const SLOT_MASK: usize = 32;
export const OFFSETS: usize = 36; // text: size + 1 offsets into BYTES
export const LAST_DAY: usize = 40; // time: f64, of `encode` the first millisecond of LAST_VALUE's day
export const BYTES: usize = 40; // text: for encode as written to the file, quoted where need be
export const BYTES_LIMIT: usize = 44; // text: no new row once the dictionary has grown past this
export const DICTIONARY_SIZE: usize = 48;
export const BYTES_END: usize = 52; // text: just after the region of BYTES; no text reaches further
export const LAST_VALUE: usize = 56; // time: f64
export const GROWN_ROW: usize = 56; // text: the row that added the newest text, or NO_ROW
export const GROWN_SLOT: usize = 60; // text: its slot

export const NO_LAST: u32 = 0xffffffff;
export const NO_ROW: u32 = 0xffffffff;

// kinds of column
export const SKIP: u32 = 0;
export const TEXT: u32 = 1;
export const TIME: u32 = 2;
export const NUMBER: u32 = 3;
export const METRIC: u32 = 4; // a number, or the text `not defined`; `encode` knows it as NUMBER

// states of a cell
export const VALUE: u8 = 0;
export const NULL: u8 = 1;
export const NOT_DEFINED: u8 = 2;

export const UNCONVERTED: u32 = 128; // only within a call: a value is still an integer, of which as many digits as the rest says are a fraction

// spellings of a time, of `schema/time-text.ts`
export const SPELLED_PLAIN: u32 = 1; // 2017-06-19T00:00:00
export const SPELLED_Z: u32 = 2; // 2017-06-19T00:00:00Z
export const SPELLED_OFFSET: u32 = 4; // 2017-06-19T00:00:00+00:00
export const SPELLED_SPACE: u32 = 8; // 2017-06-19 00:00:00
export const SPELLED_DATE: u32 = 16; // 2017-06-19
export const SPELLED_FRACTION: u32 = 32; // 2017-06-19T00:00:00.000
export const SPELLED_HOURS: u32 = 64; // 2017-06-19T00:00:00+00
export const SPELLED_MIXED: u32 = 128; // of a column: several of these

// what `decode` returns
export const NEEDS_INPUT: i32 = 0;
export const OUTPUT_FULL: i32 = 1; // `encode` too
export const BAD_ROW: i32 = 2; // POSITION is the row's start; the row may only be cut short
export const HEADER_ROW: i32 = 3; // POSITION is the row's start
// what `encode` returns
export const DONE: i32 = 4;
export const BAD_TIME: i32 = 5; // row ROW has a time outside of the years 1 to 9999

export const COMMA: u8 = 0x2c;
export const LF: u8 = 0x0a;
export const CR: u8 = 0x0d;
export const QUOTE: u8 = 0x22;
export const MARK: u32 = 0xbfbbef; // a byte-order mark
