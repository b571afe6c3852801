import type { ZodType } from 'zod';
import { objectShape, type Zod } from '../../options.ts';
import type { S3Access, S3Limits, S3Timeouts } from './s3-access.ts';

/** The shape of {@link S3Access}, for functions that open a location. */
export const s3AccessShape = (z: Zod): ZodType<S3Access> => {
  const text = z.string().min(1).optional();
  const count = z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional();
  return objectShape<S3Access>(z, {
    endpoint: text,
    region: text,
    profile: text,
    forcePathStyle: z.boolean().optional(),
    kmsKeyArn: text,
    bucketKey: z.boolean().optional(),
    timeouts: objectShape<S3Timeouts>(z, { connect: count, firstByte: count, idle: count, tries: count }).optional(),
    limits: objectShape<S3Limits>(z, { entries: count, pages: count }).optional(),
  });
};
