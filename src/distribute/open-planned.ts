import { BacktestExportError } from '../errors.ts';
import type { PartFile } from '../export/entries/export-catalog.ts';
import type { PartSource } from '../export/parts/part-source.ts';
import { given } from '../given.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { S3Access } from '../storage/s3/s3-access.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import { withSignal } from '../storage/with-signal.ts';
import type { PlannedUnit } from './plan-line.ts';
import { expectedOf } from './plan-tables.ts';

/** Where a part is read from, if not as it was planned. */
export interface ReadFrom {
  readonly location?: string;
  readonly s3?: S3Access;
  readonly signal?: AbortSignal;
}

/** The source of a planned part. @throws what its header does that is none; `SCHEMA_INVALID` for a table that was not planned */
export function plannedSource(unit: PlannedUnit, { s3 }: ReadFrom): PartSource {
  const { head, part, table } = unit;
  const expected = expectedOf(head, table);
  if (expected === undefined) throw new BacktestExportError('SCHEMA_INVALID', `the plan has no header of ${table}`);
  const planned = unit.storage;
  const storage = planned.kind === 's3' ? { ...planned, access: { ...planned.access, ...s3 } } : planned;
  return { storage, part, expected, decode: head.decode };
}

/** A part of a copy of the export. */
export interface OpenedElsewhere {
  /** To be closed. */
  readonly file: StorageFile;
  readonly storage: Storage;
  /** With its version there. */
  readonly part: PartFile;
}

/**
 * The part where the caller has it, opened; undefined where that is as planned. Of a copy nothing but the size can be compared,
 * except from one place in S3 to another: there the ETag is.
 * @throws `FILE_CHANGED`; what opening throws
 */
export async function openElsewhere(unit: PlannedUnit, from: ReadFrom): Promise<OpenedElsewhere | undefined> {
  const { location, s3, signal } = from;
  if (location === undefined) return undefined;
  const storage = withSignal(openStorage(location, given({ s3 })), signal);
  const { part } = unit;
  const isCompared = unit.storage.kind === 's3' && storage.transfer?.kind === 's3';
  const file = await storage.open(part.path, isCompared ? part : undefined);
  if (file.size === part.size && (!isCompared || file.version === part.version)) {
    return { file, storage, part: { ...part, version: file.version } };
  }
  await file.close();
  const problem =
    file.size === part.size
      ? 'this is not the file that was planned: its ETag differs'
      : `expected the ${part.size} bytes that were planned, found ${file.size}`;
  throw new BacktestExportError('FILE_CHANGED', problem, { position: { file: part.path } });
}
