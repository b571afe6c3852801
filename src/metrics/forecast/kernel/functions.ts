/** The functions of assembly/index.ts; pointers are byte addresses, unsigned (apply `>>> 0` to those returned). */
export interface KernelFunctions {
  configure(
    types: number,
    mean: number,
    point: number,
    intervals: number,
    pairs: number,
    staging: number,
    work: number,
    rows: number,
    scratch: number,
  ): number;
  stagingBytes(types: number, rows: number): number;
  workBytes(types: number, rows: number): number;
  reserveNeeded(): number;
  reserveLeft(): number;
  refill(start: number, end: number): void;
  findRuns(keys: number, times: number, codes: number, rows: number): number;
  inspect(rows: number): number;
  arrange(runs: number): number;
  addSlots(from: number, end: number): number;
  normalize(group: number): void;
  mergeGroup(group: number, source: number): void;
  mergeWide(group: number, source: number): void;
  mergeWhole(pairs: number, count: number): number;
  finishGroup(group: number, out: number): void;
  configureFigures(plan: number, count: number): number;
  finishBytes(): number;
  giveFinishWork(work: number): void;
  finishGroups(list: number, count: number, out: number, numerator: number): void;
}

/** What a freed kernel calls: its memory may have another user. */
export const noFunctions: KernelFunctions = {
  configure: throwFreed,
  reserveNeeded: throwFreed,
  reserveLeft: throwFreed,
  refill: throwFreed,
  stagingBytes: throwFreed,
  workBytes: throwFreed,
  findRuns: throwFreed,
  inspect: throwFreed,
  arrange: throwFreed,
  addSlots: throwFreed,
  normalize: throwFreed,
  mergeGroup: throwFreed,
  mergeWide: throwFreed,
  mergeWhole: throwFreed,
  finishGroup: throwFreed,
  configureFigures: throwFreed,
  finishBytes: throwFreed,
  giveFinishWork: throwFreed,
  finishGroups: throwFreed,
};

/** What is thrown where a kernel is used after it was freed. */
export function throwFreed(): never {
  throw new Error('the kernel was freed while somebody used it');
}
