import type { ZodType } from 'zod';

/** What the shapes of options are made with: these members of zod's `z`. */
export type Zod = Pick<
  (typeof import('zod'))['z'],
  | 'array'
  | 'boolean'
  | 'enum'
  | 'function'
  | 'instanceof'
  | 'int'
  | 'looseObject'
  | 'number'
  | 'partialRecord'
  | 'record'
  | 'strictObject'
  | 'string'
  | 'union'
  | 'unknown'
>;

type Passes = (value: unknown) => boolean;

/**
 * Whether a value certainly has a shape, without loading zod (about 70 ms). False where it has not, or only zod can tell:
 * what passes here also passes there (`test/plain-shapes.test.ts`).
 */
export function isCertainly(shape: (z: Zod) => ZodType, value: unknown): boolean {
  // zod's types have hundreds of members, of which shapes of options use these few: the cast says only that, and a shape
  // that used another one would fail in test/plain-shapes.test.ts, which makes every shape this way
  const made: unknown = shape(plain as unknown as Zod);
  return made instanceof PlainShape && made.passes(value);
}

/** A shape that only says yes or no, with the methods of zod's shapes that options use. */
class PlainShape {
  readonly passes: Passes;

  constructor(passes: Passes) {
    this.passes = passes;
  }

  optional(): PlainShape {
    return new PlainShape((value) => value === undefined || this.passes(value));
  }

  readonly(): PlainShape {
    return this;
  }

  refine(check: (value: never) => unknown): PlainShape {
    return this.#and((value) => check(value as never) === true);
  }

  /** At least a number, or as many characters or elements; likewise `max` and `length`. */
  min(least: number): PlainShape {
    return this.#and((value) => sizeOf(value) >= least);
  }

  max(most: number): PlainShape {
    return this.#and((value) => sizeOf(value) <= most);
  }

  length(size: number): PlainShape {
    return this.#and((value) => sizeOf(value) === size);
  }

  #and(also: Passes): PlainShape {
    return new PlainShape((value) => this.passes(value) && also(value));
  }
}

/** NaN, which no bound accepts, for what has no size, and for text of surrogates: zod counts characters. */
function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return /[\uD800-\uDFFF]/.test(value) ? Number.NaN : value.length;
  return Array.isArray(value) ? value.length : Number.NaN;
}

const text = new PlainShape((value) => typeof value === 'string');
const finite = new PlainShape(Number.isFinite);
const whole = new PlainShape(Number.isSafeInteger);
const truth = new PlainShape((value) => typeof value === 'boolean');
const callable = new PlainShape((value) => typeof value === 'function');
const anything = new PlainShape(() => true);

/** The same members as zod's, for plain shapes. */
const plain = {
  string: () => text,
  number: () => finite,
  int: () => whole,
  boolean: () => truth,
  function: () => callable,
  unknown: () => anything,
  enum: (values: readonly unknown[]) => new PlainShape((value) => values.includes(value)),
  instanceof: (constructor: new () => object) => new PlainShape((value) => value instanceof constructor),
  union: (shapes: readonly PlainShape[]) => new PlainShape((value) => shapes.some(({ passes }) => passes(value))),
  array: (element: PlainShape) => new PlainShape((value) => Array.isArray(value) && [...value].every(element.passes)),
  looseObject: (fields: Record<string, PlainShape>) => objectOf(fields, () => true),
  strictObject: (fields: Record<string, PlainShape>) => objectOf(fields, (name) => Object.hasOwn(fields, name)),
  record: (name: PlainShape, value: PlainShape) => recordOf(name, value),
  partialRecord: (name: PlainShape, value: PlainShape) => recordOf(name, value),
} satisfies Record<keyof Zod, (...parts: never[]) => PlainShape>;

function objectOf(fields: Record<string, PlainShape>, isName: (name: string) => boolean): PlainShape {
  return new PlainShape((value) => {
    if (!isObject(value)) return false;
    for (const name in value) if (!isName(name)) return false;
    return Object.entries(fields).every(([name, shape]) => shape.passes(value[name]));
  });
}

function recordOf(name: PlainShape, shape: PlainShape): PlainShape {
  return new PlainShape(
    (value) =>
      isObject(value) &&
      Object.getPrototypeOf(value) === Object.prototype &&
      Reflect.ownKeys(value).every((key) => name.passes(key) && shape.passes(value[key as string])),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
