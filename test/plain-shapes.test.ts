import * as fc from 'fast-check';
import { z, type ZodType } from 'zod';
import { describe, expect, it } from 'vitest';
import { openOptionsShape } from '#src/export/open-export.js';
import { dateShape, objectShape } from '#src/options.js';
import { isCertainly, type Zod } from '#src/plain-shapes.js';
import { frequencyShape } from '#src/schema/frequency.js';
import { verifyOptionsShape } from '#src/verify/base/verify-options.js';

type Make = (z: Zod) => ZodType;

/** Each factory and method that shapes of options use. */
const shapes: Readonly<Record<string, Make>> = {
  string: (maker) => maker.string(),
  'string min': (maker) => maker.string().min(1),
  'string max': (maker) => maker.string().max(1),
  'string length': (maker) => maker.string().length(2),
  'string refine': (maker) => maker.string().refine((text) => text === 'a', 'expected a'),
  number: (maker) => maker.number(),
  'number between': (maker) => maker.number().min(0).max(1),
  int: (maker) => maker.int(),
  'int between': (maker) => maker.int().min(1).max(256),
  boolean: (maker) => maker.boolean(),
  date: dateShape,
  function: (maker) => maker.function(),
  unknown: (maker) => maker.unknown(),
  enum: (maker) => maker.enum(['a', 'rows']),
  instanceof: (maker) => maker.instanceof(AbortSignal),
  union: (maker) => maker.union([maker.string(), dateShape(maker)]),
  optional: (maker) => maker.int().min(1).optional(),
  array: (maker) => maker.array(maker.string()),
  'array between': (maker) => maker.array(maker.string().max(1)).min(1).max(2).readonly(),
  record: (maker) => maker.record(maker.string(), maker.union([maker.string().min(1), maker.int().min(1)])),
  partialRecord: (maker) => maker.partialRecord(maker.enum(['a', 'b']), maker.enum(['a', 'rows'])),
  looseObject: (maker) => maker.looseObject({}),
  strictObject: (maker) => maker.strictObject({ a: maker.string(), b: maker.int().optional() }),
  'strictObject refine': (maker) =>
    maker
      .strictObject({ a: maker.string().optional(), b: maker.string().optional() })
      .refine(({ a = ',', b = '"' }) => a !== b, 'must differ'),
  openOptions: openOptionsShape,
  verifyOptions: verifyOptionsShape,
  frequency: frequencyShape,
};

class Options {
  readonly a = 'a';
  readonly b = 1;
}

const ordinary: readonly unknown[] = [
  [undefined, null, true, false, '', 'a', 'ab', 'rows'],
  [0, -0, 1, 0.5, 256, 257, -1, Number.MAX_SAFE_INTEGER, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, 1n],
  [new Date(0), new Date(Number.NaN), AbortSignal.abort(), () => 0, Symbol('a')],
  [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['ab'], [1], [undefined], Array.from({ length: 1 })],
  [{}, { a: 'a' }, { a: 'a', b: 1 }, { a: 'a', b: undefined }, { a: 'a', c: 1 }, { a: 1 }, { b: 1 }],
  [{ a: ',', b: ',' }, { a: '"' }, { b: ',' }, { a: 'rows' }, { unit: 'hour', count: 1, text: 'H' }],
  [{ dialect: { delimiter: ';' } }, { dialect: { delimiter: '"' } }, { dialect: { encoding: 'nothing' } }],
  [{ dialect: { encoding: 'latin1', nullTexts: ['-'] } }, { limits: { maxRatio: 2 }, exportedAt: new Date(0) }],
  [{ rules: { PART_REPEATED: 'off' }, tolerance: 0 }, { rules: { NOTHING: 'off' } }, { tolerance: 2 }],
  [{ history: ['x'], historyColumns: { a: 1, b: 'c' } }, { historyColumns: { a: 0 } }, { signal: {} }],
].flat();

/** What only zod may judge. */
const odd: readonly unknown[] = [
  ['😀', '\ud83d', ['😀']],
  [new Options(), Object.create({ a: 'a' }), Object.create(null), { a: 'a', [Symbol('b')]: 1 }, new Map()],
  [Object('a'), Object(1), new Proxy({ a: 'a' }, {}), JSON.parse('{"__proto__":1,"a":"a"}'), /a/, new Uint8Array(1)],
].flat();

describe('options are checked without zod', () => {
  it.each(Object.entries(shapes))('%s: the same answer as zod for what options usually are', (_name, make) => {
    for (const value of ordinary) {
      expect([value, isCertainly(make, value)]).toEqual([value, make(z).safeParse(value).success]);
    }
  });

  it.each(Object.entries(shapes))('%s: nothing passes that zod refuses', (_name, make) => {
    const shape = make(z);
    const passesBoth = (value: unknown): boolean => !isCertainly(make, value) || shape.safeParse(value).success;
    expect(odd.filter((value) => !passesBoth(value))).toEqual([]);
    const inner = fc.oneof(
      fc.constantFrom(...ordinary, ...odd),
      fc.string({ maxLength: 2 }),
      fc.double(),
      fc.integer(),
    );
    const names = fc.constantFrom('a', 'b', 'rules', 'dialect', 'signal', 'history', 'unit', 'count', 'text', 'x');
    const value = fc.oneof(inner, fc.array(inner, { maxLength: 3 }), fc.dictionary(names, inner, { maxKeys: 3 }));
    fc.assert(fc.property(value, passesBoth), { numRuns: 300 });
  });

  it('is not certain of what is no plain shape', () => {
    expect(isCertainly(() => z.string(), 'a')).toBe(false);
    expect(isCertainly((maker) => objectShape<{ a?: string }>(maker, { a: maker.string() }), { a: 'a' })).toBe(true);
  });
});
