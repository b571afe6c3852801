import type { ZodType } from 'zod';
import type { PartNotes } from '../batch/decode-options.ts';
import type { RawFinding, RawPlace, RowRef } from '../verify/base/finding-book.ts';
import type { FoundWindow } from '../verify/base/window-list.ts';
import { objectShape, type Zod } from '../options.ts';
import { tableNames } from '../schema/schema.ts';
import { formatVersion } from './plan-line.ts';
import { digestShape, errorShape, mostUnits, planHeadShape, warningsShape } from './plan-shapes.ts';
import { stateKind, type PackedBuffers, type StateChecked, type StateLine, type StateNotes } from './state-line.ts';

/** The shape of a state, so far as its members can be told one by one. */
export const stateLineShape = (z: Zod): ZodType<StateLine> =>
  objectShape<StateLine>(z, {
    kind: z.enum([stateKind]),
    format: z.int().min(formatVersion).max(formatVersion) as ZodType as ZodType<typeof formatVersion>,
    plan: digestShape(z),
    number: z.int().min(1),
    total: z.int().min(1).max(mostUnits),
    unit: digestShape(z),
    table: z.enum(tableNames),
    file: z.string(),
    piece: z.int().min(1),
    last: z.boolean(),
    rowsWithoutWindow: z.int().min(0),
    sums: objectShape<PackedBuffers>(z, {
      lengths: z.array(z.int().min(0)).max(mostBuffers),
      digest: digestShape(z),
      gzip: z.string(),
    }).optional(),
    partitions: z.array(z.int().min(0)).max(mostBuffers).optional(),
    checked: checkedShape(z).optional(),
    error: errorShape(z).optional(),
    notes: notesShape(z).optional(),
    head: planHeadShape(z),
    warnings: warningsShape(z).optional(),
    check: digestShape(z),
  });

/** Pieces of records of up to 256 partitions are many. */
const mostBuffers = 100_000;

function notesShape(z: Zod): ZodType<StateNotes> {
  const count = z.int().min(0);
  return objectShape<StateNotes>(z, {
    records: count,
    bytes: count,
    blankLines: count,
    repeatedHeaders: count,
    headerRecords: z.array(count).optional(),
    unterminatedLastRow: z.boolean(),
    byteOrderMark: z.boolean(),
    lineEnds: z.enum(['none', 'LF', 'CRLF', 'mixed']),
    timeSpellings: z.array(z.array(z.unknown()).length(2)).refine(areSpellings) as ZodType as ZodType<
      StateNotes['timeSpellings']
    >,
    zeroBytes: z.boolean().optional(),
    pages: objectShape<NonNullable<PartNotes['pages']>>(z, { pages: count, unchecked: count }).optional(),
  });
}

function areSpellings(pairs: readonly (readonly unknown[])[]): boolean {
  return pairs.every(([column, bits]) => typeof column === 'string' && Number.isInteger(bits));
}

function checkedShape(z: Zod): ZodType<StateChecked> {
  const windows = z.array(
    objectShape<FoundWindow>(z, {
      start: z.number(),
      end: z.number(),
      place: objectShape<RowRef>(z, { file: z.int().min(0), record: z.int().min(0) }),
    }),
  );
  // nothing of unknown depth may be in a state, whose digest is taken of all that is in it
  const found = z
    .array(z.array(z.union([z.string(), foundShape(z)])).length(2))
    .refine(areFindings) as ZodType as ZodType<StateChecked['found']>;
  return objectShape<StateChecked>(z, {
    rows: z.int().min(0),
    digest: z.string().max(32),
    windows,
    definedWindows: windows,
    found,
  });
}

function areFindings(pairs: readonly (readonly unknown[])[]): boolean {
  return pairs.every(([code, finding]) => typeof code === 'string' && typeof finding === 'object');
}

/** The shape of what a rule found in one part. */
const foundShape = (z: Zod): ZodType<RawFinding> =>
  objectShape<RawFinding>(z, {
    count: z.int().min(0),
    places: z.array(
      objectShape<RawPlace>(z, {
        file: z.int().min(0),
        record: z.int().min(0),
        of: objectShape<RowRef>(z, { file: z.int().min(0), record: z.int().min(0) }).optional(),
        column: z.string().optional(),
        time: z.number().optional(),
        line: z.int().min(1).optional(),
        header: z.int().min(0).optional(),
        expected: z.number().optional(),
        found: z.number().optional(),
        order: z.number().optional(),
        detail: z.string().optional(),
      }),
    ),
  });
