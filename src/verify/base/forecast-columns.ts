import type { ColumnBatch, NumberColumn } from '../../batch/columns/column-batch.ts';
import { numberColumn, textColumn, timeColumn } from '../../batch/columns/typed-column.ts';
import { appendHash, hashWords, type TextHasher } from '../../batch/hash/text-hash.ts';
import type { TableColumns } from '../../schema/columns-of.ts';

/** A number column, and the same cells as pairs of words. */
export interface Cells extends NumberColumn {
  readonly name: string;
  readonly words: Uint32Array;
}

/** The columns of one batch, texts hashed. */
export interface ForecastBatch {
  readonly rows: number;
  readonly firstRecord: number;
  readonly series: SeriesCodes;
  readonly times: Float64Array;
  readonly timeWords: Uint32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly target: Cells;
  readonly mean: Cells | undefined;
  readonly quantiles: readonly Cells[];
  /** Target, mean, quantiles. */
  readonly numbers: readonly Cells[];
}

/** Opens a batch. The cost is that of its dictionaries: nothing is done row by row. */
export function openForecastBatch(batch: ColumnBatch, names: TableColumns, hasher: TextHasher): ForecastBatch {
  const cells = (name: string): Cells => {
    const { kind, values, states } = numberColumn(batch, name);
    return { kind, name, values, states, words: wordsOf({ values }) };
  };
  const times = timeColumn(batch, names.timestamp);
  const target = cells(names.target);
  const mean = names.mean === undefined ? undefined : cells(names.mean);
  const quantiles = names.quantiles.map(({ name }) => cells(name));
  return {
    rows: batch.rows,
    firstRecord: batch.firstRecord,
    series: new SeriesCodes(batch, names, hasher),
    times: times.values,
    timeWords: wordsOf(times),
    starts: timeColumn(batch, names.windowStart).values,
    ends: timeColumn(batch, names.windowEnd).values,
    target,
    mean,
    quantiles,
    numbers: [target, ...(mean === undefined ? [] : [mean]), ...quantiles],
  };
}

function wordsOf({ values }: Pick<NumberColumn, 'values'>): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** The time series of a batch's rows: which rows share one, and its hash. */
export class SeriesCodes {
  readonly #item: Int32Array;
  readonly #itemHashes: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #dimensions: readonly { readonly codes: Int32Array; readonly hashes: Uint32Array }[];

  constructor(batch: ColumnBatch, { item, dimensions }: Pick<TableColumns, 'item' | 'dimensions'>, hasher: TextHasher) {
    const { codes, dictionary } = textColumn(batch, item);
    this.#item = codes;
    this.#itemHashes = hasher.hashTexts(dictionary);
    this.#lengths = dictionary.offsets;
    this.#dimensions = dimensions.map((name) => {
      const column = textColumn(batch, name);
      return { codes: column.codes, hashes: hasher.hashTexts(column.dictionary) };
    });
  }

  /** Whether a row has the same item and dimensions as another one of the batch. */
  same(row: number, other: number): boolean {
    if (this.#item[row] !== this.#item[other]) return false;
    for (const { codes } of this.#dimensions) if (codes[row] !== codes[other]) return false;
    return true;
  }

  isEmpty(row: number): boolean {
    const code = this.#item[row] ?? 0;
    return this.#lengths[code] === this.#lengths[code + 1];
  }

  /** Writes the hash of the series (4 words) and of its item (2 words), the start of a record's key. */
  writeKey(row: number, target: Uint32Array): void {
    const from = (this.#item[row] ?? 0) * hashWords;
    for (let word = 0; word < hashWords; word++) target[word] = this.#itemHashes[from + word] ?? 0;
    target[hashWords] = this.#itemHashes[from] ?? 0;
    target[hashWords + 1] = this.#itemHashes[from + 1] ?? 0;
    for (const { codes, hashes } of this.#dimensions) appendHash(target, 0, hashes, (codes[row] ?? 0) * hashWords);
  }
}
