import { mix } from '../batch/hash/mix.ts';

/**
 * A seeded random source with the same numbers on every machine: sfc32 (Chris Doty-Humphrey's small fast counting
 * generator), integer operations only. One source per time series, so that a series does not depend on the division
 * into parts. Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `seed` identifies the export, `stream` the time series; both are integers from 0 to 2^53 - 1. */
  constructor(seed: number, stream: number) {
    this.a = mix(low(seed) ^ 0x9e3779b9);
    this.b = mix(low(stream) ^ Math.imul(high(seed), 0x85ebca6b) ^ 0x243f6a88);
    this.c = mix(high(stream) ^ this.a ^ 0xb7e15162);
    for (let round = 0; round < 12; round++) this.nextUint32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  nextUint32(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A number from 0 to below 1, in steps of 2^-32. */
  uniform(): number {
    return this.nextUint32() / 4294967296;
  }

  /** Bell-shaped noise: mean 0, standard deviation 1, within ±3.47 (four uniforms; no logarithm, no cosine). */
  bell(): number {
    const sum = this.nextUint32() + this.nextUint32() + this.nextUint32() + this.nextUint32();
    return (sum / 4294967296 - 2) * 1.7320508075688772;
  }
}

function low(value: number): number {
  return value >>> 0;
}

function high(value: number): number {
  return Math.floor(value / 4294967296);
}
