/**
 * From where on a page says that something is so. `docs/report.md` lists them, and a test holds it to this table. They are
 * conventions for a first look, not tests of significance.
 */
export const thresholds = {
  /** A coverage this near to its nominal share is called close to it. */
  coverageClose: 0.02,
  /** A coverage farther than this from it is called clearly off, one between the two slightly. */
  coverageFar: 0.05,
  /** A bias of at most this share of the actuals is called small. */
  biasSmall: 0.02,
  /** A bias of at least this share of the actuals is called large. */
  biasLarge: 0.1,
  /** The worst window's error by the best one's, up to which windows are called alike. */
  windowsAlike: 1.25,
  /** The same, from which on they are said to differ strongly. */
  windowsFar: 2,
  /** Mean error of the last third of the steps by that of the first, from which on error is said to grow; its inverse, to fall. */
  stepsGrow: 1.1,
  /** The same, from which on it stands out. */
  stepsStandOut: 1.5,
  /** At most this share of the items with at least half of the error is called concentrated. */
  concentrated: 0.2,
  /** From this share of the rows on, missing, negative or crossed values stand out. */
  oddRows: 0.05,
  /** Standard deviations of a share of independent rows within which a coverage is put down to chance. */
  chance: 2,
} as const;
