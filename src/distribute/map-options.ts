import type { ZodType } from 'zod';
import { objectShape, type Zod } from '../options.ts';
import { s3AccessShape } from '../storage/s3/s3-access-shape.ts';
import type { ReadFrom } from './open-planned.ts';

/** Where a line is from, for messages. */
export interface LinePlace {
  readonly file?: string;
  readonly line?: number;
}

/** Options of `mapPart`. `location` is where the same export is from here, if not where it was planned: a path, or `s3://…`. */
export interface MapOptions extends ReadFrom {
  readonly place?: LinePlace;
  /** Called with the bytes read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/** What {@link MapOptions} must be. */
export const mapOptionsShape = (z: Zod): ZodType<MapOptions> =>
  objectShape<MapOptions>(z, {
    location: z.string().min(1).optional(),
    s3: s3AccessShape(z).optional(),
    place: objectShape<LinePlace>(z, { file: z.string().optional(), line: z.int().min(1).optional() }).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onBytes: z.function().optional(),
  });
