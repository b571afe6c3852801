import type { Zod } from '../options.ts';

/** The zod shape of a frequency option. */
export const frequencyShape = (z: Zod): ReturnType<Zod['strictObject']> =>
  z.strictObject({
    unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
    count: z.int().min(1).max(100_000),
    text: z.string(),
    day: z.int().min(1).max(31).optional(),
  });
