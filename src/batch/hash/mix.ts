/**
 * Makes every bit of a 32-bit integer depend on all of them, reversibly: the end of MurmurHash3 (Austin Appleby). About
 * 2 ns. Not secret by itself: hashes of untrusted data need a random seed.
 */
export function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * A seed of 32 bits for the hashes of one table, so that no file can be made to collide in it. The engine seeds `Math.random`
 * from the system, and a file cannot know what it gave; the first use of `crypto` costs 2 to 5 ms.
 */
export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}
