import type { NotChecked } from './report.ts';
import { notCheckedCodes, notCheckedReasons, type NotCheckedCode } from './rules.ts';

/** Collects what was not checked. */
export class NotCheckedList {
  readonly #counts = new Map<NotCheckedCode, number>();

  /** Notes something; `count` is 0 for what concerns the whole export. */
  add(code: NotCheckedCode, count = 1): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + count);
  }

  /** In the order of the codes. */
  list(): NotChecked[] {
    return notCheckedCodes.flatMap((code) => {
      const count = this.#counts.get(code);
      return count === undefined ? [] : [{ code, reason: notCheckedReasons[code], count }];
    });
  }
}
