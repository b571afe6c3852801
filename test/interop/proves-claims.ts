import { expect, it } from 'vitest';
import { claimsOf, type Direction, type Peer } from './matrix.ts';

/** What `docs/interop.md` says about a program is proven by cases that run: one test for each of its cells. */
export function provesClaims(peer: Peer, direction: Direction, names: readonly string[]): void {
  it.each(claimsOf(peer, direction))(`docs/interop.md says that ${peer} ${direction} %s`, (_, proof) => {
    expect(names).toContainEqual(expect.stringMatching(proof));
  });
}
