import { setTimeout } from 'node:timers/promises';

import { given } from '../given.ts';

/** Resolves after the given time; aborting rejects it. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, given({ signal }));
}
