/** Rows sorted by place: those of place `i` end at `ends[i]`, and begin where the ones before end. */
export interface SortedRows {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Sorts rows by their places, of which there are `count`, by counting. Rows with a negative place are left out. Each loop is
 * a function: the engine compiles a loop while it runs for the first time, and then knows nothing of what comes after it.
 */
export function sortRows(places: Int32Array, count: number): SortedRows {
  const ends = new Int32Array(count);
  countPlaces(places, ends);
  const rows = new Int32Array(startPlaces(ends));
  placeRows(places, ends, rows);
  return { rows, ends };
}

function countPlaces(places: Int32Array, counts: Int32Array): void {
  for (let row = 0; row < places.length; row++) {
    const place = places[row] ?? -1;
    if (place >= 0) counts[place] = (counts[place] ?? 0) + 1;
  }
}

/** Turns counts into the first index of each place; returns the sum. */
function startPlaces(counts: Int32Array): number {
  let next = 0;
  for (let place = 0; place < counts.length; place++) {
    const size = counts[place] ?? 0;
    counts[place] = next;
    next += size;
  }
  return next;
}

/** Puts each row at the next index of its place. */
function placeRows(places: Int32Array, next: Int32Array, rows: Int32Array): void {
  for (let row = 0; row < places.length; row++) {
    const place = places[row] ?? -1;
    if (place < 0) continue;
    const at = next[place] ?? 0;
    rows[at] = row;
    next[place] = at + 1;
  }
}
