/** What a cell draws of the numbers beside it. All cells of a column share a scale, except for boxes, which have their own. */
export type Drawing = Bar | Gauge | Box | Spark | Shares;

/** A text, or what a terminal draws. */
export type Cell = string | Drawing;

/** The size of a value, from 0 to the right; to the left where it is negative. */
export interface Bar {
  readonly kind: 'bar';
  readonly value: number | null;
}

/** A share from 0 to 1, and a mark where it should be. */
export interface Gauge {
  readonly kind: 'gauge';
  readonly value: number | null;
  readonly target: number;
}

/** How values are spread, from the least to the greatest: the middle one, and a box from low to high around it. */
export interface Box {
  readonly kind: 'box';
  readonly least: number | null;
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
  readonly greatest: number | null;
}

/** Values in order, above 0; from the least one where some are negative. */
export interface Spark {
  readonly kind: 'spark';
  readonly values: readonly (number | null)[];
}

/** Parts of a whole, by their numbers. */
export interface Shares {
  readonly kind: 'shares';
  readonly won: number;
  readonly tied: number;
  readonly lost: number;
}
