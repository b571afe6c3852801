/** How many distinct items there are, where whoever added up the rows has counted them, and not handed over their sets. */
export interface ItemCounts {
  /** In any window. */
  readonly all: number;
  /** In the window of these instants, in milliseconds since 1970. @throws where it is not known */
  ofWindow(start: number, end: number): number;
}
