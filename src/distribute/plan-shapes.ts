import type { ZodType } from 'zod';
import type { PartDecode } from '../batch/decode-options.ts';
import { errorCodes, type ErrorPosition, type SerializedError } from '../errors.ts';
import type { ExportWarning, PartFile } from '../export/entries/export-catalog.ts';
import { openFields } from '../export/open-export.ts';
import type { SummaryFacts } from '../metrics/summarize.ts';
import { objectShape, type FieldShapes, type Zod } from '../options.ts';
import { frequencyShape } from '../schema/frequency.ts';
import type { ColumnRules } from '../schema/index-columns.ts';
import { tableNames } from '../schema/schema.ts';
import { s3AccessShape } from '../storage/s3/s3-access-shape.ts';
import type { StorageTransfer } from '../storage/storage.ts';
import {
  formatVersion,
  planKind,
  type PlanHead,
  type PlanLine,
  type PlannedHeader,
  type SummaryHead,
  type VerificationHead,
} from './plan-line.ts';

/** The shape of a plan line, so far as its members can be told one by one. */
export const planLineShape = (z: Zod): ZodType<PlanLine> =>
  objectShape<PlanLine>(z, {
    kind: z.enum([planKind]),
    format: z.int().min(formatVersion).max(formatVersion) as ZodType as ZodType<typeof formatVersion>,
    plan: digestShape(z),
    number: z.int().min(1),
    total: z.int().min(1).max(mostUnits),
    head: planHeadShape(z),
    warnings: warningsShape(z).optional(),
    storage: storageShape(z),
    table: z.enum(tableNames),
    part: partShape(z),
    index: z.int().min(0).optional(),
    check: digestShape(z),
  });

/** Lines of a plan at most: each takes about 100 bytes of who reduces. */
export const mostUnits = 10_000_000;

/** Of a digest. */
export function digestShape(z: Zod): ZodType<string> {
  return z.string().length(32);
}

/** The shape of {@link PlanHead}. */
export const planHeadShape = (z: Zod): ZodType<PlanHead> =>
  z.union([summaryHeadShape(z), verificationHeadShape(z)]) as ZodType as ZodType<PlanHead>;

const summaryHeadShape = (z: Zod): ZodType<SummaryHead> =>
  objectShape<SummaryHead>(z, {
    for: z.enum(['summarize']),
    export: factsShape(z),
    ...commonFields(z),
    unread: z.array(objectShape<SummaryHead['unread'][number]>(z, { file: z.string(), error: errorShape(z) })),
    options: objectShape<SummaryHead['options']>(z, {
      by: z.array(z.string()).optional(),
      point: z.string().optional(),
      maxGroups: z.int().min(1).optional(),
      onBadPart: z.enum(['stop', 'skip']).optional(),
    }),
  });

const verificationHeadShape = (z: Zod): ZodType<VerificationHead> => {
  const { signal: _signal, repeatedHeaders: _repeatedHeaders, ...fields } = openFields(z);
  return objectShape<VerificationHead>(z, {
    for: z.enum(['verify']),
    ...commonFields(z),
    source: z.union([
      z.string(),
      z.strictObject({ forecastedValues: z.string().optional(), accuracyMetrics: z.string().optional() }),
    ]) as ZodType as ZodType<VerificationHead['source']>,
    open: objectShape<VerificationHead['open']>(z, fields),
    seed: z.array(z.int().min(0).max(0xffff_ffff)).length(4),
    partitions: z
      .int()
      .min(1)
      .max(256)
      .refine((count) => Number.isInteger(Math.log2(count))),
    maxPlaces: z.int().min(0).max(100_000),
    parts: digestShape(z),
    versions: digestShape(z),
  });
};

function commonFields(z: Zod): Pick<FieldShapes<PlanHead>, 'tables' | 'decode' | 'frequency'> {
  return {
    tables: z.partialRecord(z.enum(tableNames), headerShape(z)),
    decode: decodeShape(z),
    frequency: orNull(z, frequencyShape(z)),
  };
}

/** The shape of warnings about a folder. */
export const warningsShape = (z: Zod): ZodType<readonly ExportWarning[]> =>
  z.array(
    objectShape<ExportWarning>(z, {
      code: z.string() as ZodType as ZodType<ExportWarning['code']>,
      message: z.string(),
      paths: z.array(z.string()),
    }),
  );

/** The shape of {@link SerializedError}. */
export const errorShape = (z: Zod): ZodType<SerializedError> =>
  objectShape<SerializedError>(z, {
    code: z.enum(errorCodes),
    problem: z.string(),
    position: objectShape<ErrorPosition>(z, {
      file: z.string().optional(),
      byte: z.int().optional(),
      record: z.int().optional(),
      line: z.int().optional(),
      column: z.string().optional(),
      rowGroup: z.int().optional(),
      page: z.int().optional(),
    }),
  });

function factsShape(z: Zod): ZodType<SummaryFacts['export']> {
  return objectShape<SummaryFacts['export']>(z, {
    location: z.string(),
    jobName: orNull(z, z.string()),
    exportedAt: orNull(z, z.string()),
    format: z.enum(['CSV', 'PARQUET']),
    complete: z.boolean(),
    itemColumn: z.string(),
    dimensions: z.array(z.string()),
    parts: z.int().min(0),
    bytes: z.int().min(0),
  });
}

function headerShape(z: Zod): ZodType<PlannedHeader> {
  return objectShape<PlannedHeader>(z, {
    header: z.array(z.string()),
    file: z.string(),
    parts: z.int().min(0),
    bytes: z.int().min(0),
  });
}

function decodeShape(z: Zod): ZodType<PartDecode> {
  const { dialect, limits, repeatedHeaders, dropColumns, indexColumns } = openFields(z);
  return objectShape<PartDecode>(z, {
    dialect,
    limits,
    repeatedHeaders,
    columnRules: objectShape<ColumnRules>(z, { dropColumns, indexColumns }).optional(),
  });
}

function storageShape(z: Zod): ZodType<StorageTransfer> {
  return z.union([
    z.strictObject({ kind: z.enum(['local']), root: z.string() }),
    z.strictObject({
      kind: z.enum(['s3']),
      location: z.string(),
      access: s3AccessShape(z),
      side: z.enum(['source', 'destination']).optional(),
    }),
  ]) as ZodType as ZodType<StorageTransfer>;
}

function partShape(z: Zod): ZodType<PartFile> {
  return z.strictObject({
    path: z.string(),
    table: z.enum(tableNames).optional(),
    number: z.int().min(0),
    size: z.int().min(0),
    version: z.string(),
    format: z.enum(['CSV', 'PARQUET']),
    convention: z.enum(['seen', 'documented', 'unprefixed', 'free']),
  }) as ZodType as ZodType<PartFile>;
}

/** A shape, or null. */
function orNull<Value>(z: Zod, shape: ZodType<Value>): ZodType<Value | null> {
  return z.union([shape, z.unknown().refine((value) => value === null)]) as ZodType as ZodType<Value | null>;
}
