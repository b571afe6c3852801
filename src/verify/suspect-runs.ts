/** Runs of one series and window that share timestamps and are not all the same: their rows must be looked at. */
export interface SuspectGroup {
  readonly start: number;
  readonly end: number;
  readonly runs: readonly SuspectRun[];
  readonly rows: number;
}

/** Rows of one part that follow each other. */
export interface SuspectRun {
  readonly file: number;
  readonly record: number;
  readonly count: number;
}

/** Collects {@link SuspectGroup}s; about 150 bytes each. */
export class SuspectRuns {
  readonly groups: SuspectGroup[] = [];

  add(start: number, end: number, runs: readonly SuspectRun[]): void {
    this.groups.push({ start, end, runs, rows: runs.reduce((sum, { count }) => sum + count, 0) });
  }
}
