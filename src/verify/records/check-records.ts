import { isInstant, refuseState } from '../../metrics/base/state-fault.ts';
import { key, metricRow, place, rowKind, run } from './record-fields.ts';

/** What records from elsewhere must be. */
export interface ExpectedRecords {
  readonly kind: 'run' | 'metricRow';
  /** Doubles of a record. */
  readonly width: number;
  /** The number of their part, and how many partitions there are. */
  readonly file: number;
  readonly partitions: number;
}

/** The instants that a file can have: of years of four digits. */
const [earliest, latest] = [-62_167_219_200_000, 253_402_300_799_999];

/**
 * Checks records of a partition that were outside of this process: whole, of their part and in their partition, with windows and
 * times that a file can have. Returns how many rows they are of.
 * @throws `StateFault`
 */
export function checkRecords(
  bytes: ArrayBuffer,
  partition: number,
  { kind, width, file, partitions }: ExpectedRecords,
): number {
  if (partition >= partitions || bytes.byteLength % (8 * width) !== 0) refuseState('expected whole records');
  const doubles = new Float64Array(bytes);
  const words = new Uint32Array(bytes);
  const shift = 31 - Math.log2(partitions);
  let rows = 0;
  for (let at = 0; at < doubles.length; at += width) {
    const item = words[2 * at + key.itemWord] ?? 0;
    if ((item >>> 1) >>> shift !== partition) refuseState('a record is in the wrong partition');
    if (words[2 * at + place.fileWord] !== file) refuseState('a record is of another part');
    for (const instant of [place.start, place.end]) checkInstant(doubles[at + instant] ?? Number.NaN);
    if (kind === 'run') {
      for (const instant of [run.first, run.last]) checkInstant(doubles[at + instant] ?? Number.NaN);
      rows += words[2 * at + run.countWord] ?? 0;
    } else {
      if ((words[2 * at + metricRow.kindWord] ?? 0) > rowKind.other) refuseState('expected a kind of row');
      rows++;
    }
  }
  return rows;
}

/** A cell may be empty. */
function checkInstant(time: number): void {
  if (!Number.isNaN(time) && (!isInstant(time) || time < earliest || time > latest)) {
    refuseState('expected times of windows, found other numbers');
  }
}
