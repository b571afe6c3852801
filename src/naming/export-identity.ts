/**
 * What distinguishes an export from others: the job and the time that the names of its part files carry. Both are
 * undefined for files with other names.
 */
export interface ExportIdentity {
  readonly jobName: string | undefined;
  readonly exportedAt: Date | undefined;
}

/** An identity as plain data. */
export interface PlainIdentity {
  readonly jobName: string | null;
  /** ISO 8601, UTC. */
  readonly exportedAt: string | null;
}

/** The whole seconds since 1970 of a time in milliseconds; names of files have no fraction of a second. */
export function secondOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** A time without its fraction of a second, as names of files have it. */
export function toSecond(time: number): Date {
  return new Date(secondOf(time) * 1000);
}

/** A text that is the same for the same export and differs for any other; undefined without a job or a time. */
export function exportKey({ jobName, exportedAt }: ExportIdentity): string | undefined {
  if (jobName === undefined || exportedAt === undefined) return undefined;
  return `${jobName} ${secondOf(exportedAt.getTime())}`;
}

/** Whether two identities are of one export; false if either has no job or no time. */
export function isSameExport(one: ExportIdentity, other: ExportIdentity): boolean {
  const key = exportKey(one);
  return key !== undefined && key === exportKey(other);
}

/** An identity as results and reports show it. */
export function plainIdentity({ jobName, exportedAt }: ExportIdentity): PlainIdentity {
  return { jobName: jobName ?? null, exportedAt: exportedAt?.toISOString() ?? null };
}
