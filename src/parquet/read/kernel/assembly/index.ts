/**
 * The Parquet page kernel: unpacks pages of Snappy and LZ4, decodes levels, dictionary indices and times, and numbers the
 * codes of a batch, in WebAssembly memory that the caller owns (the map is in `map.ts`). It allocates nothing, throws nothing
 * and prints nothing: an answer and counts say how far it came, and the caller says what is wrong, and where.
 */
export { unpackSnappy } from './snappy';
export { unpackLz4 } from './lz4';
export { decodeIndices, decodeEntries } from './hybrid';
export { decodeLevels } from './levels';
export { spreadDoubles, spreadCodes } from './spread';
export { convertTimes } from './times';
export { renumber } from './renumber';
