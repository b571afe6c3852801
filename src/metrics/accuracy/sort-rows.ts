/** Rows sorted by place: those of place `i` end at `ends[i]`, and begin where the ones before end. */
export interface SortedRows {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/** Sorts rows by their places, of which there are `count`, by counting. Rows with a negative place are left out. */
export function sortRows(places: Int32Array, count: number): SortedRows {
  const ends = new Int32Array(count);
  for (let row = 0; row < places.length; row++) {
    const place = places[row] ?? -1;
    if (place >= 0) ends[place] = (ends[place] ?? 0) + 1;
  }
  let next = 0;
  for (let place = 0; place < count; place++) {
    const size = ends[place] ?? 0;
    ends[place] = next;
    next += size;
  }
  const rows = new Int32Array(next);
  for (let row = 0; row < places.length; row++) {
    const place = places[row] ?? -1;
    if (place < 0) continue;
    const at = ends[place] ?? 0;
    rows[at] = row;
    ends[place] = at + 1;
  }
  return { rows, ends };
}
