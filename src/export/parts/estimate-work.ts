import type { PartSource } from './part-source.ts';

/** Bytes that one thread reads and adds up in a millisecond, about, without its warm-up. */
const pace = { CSV: 1_200_000, PARQUET: 500_000 } as const;
/** Milliseconds that a remote storage lets a thread wait for each part. */
const remoteWait = 50;

/** Milliseconds that reading these parts and adding up their rows would take on one thread, about. */
export function estimateWork(sources: readonly PartSource[]): number {
  return sources.reduce((sum, source) => {
    const { size, format } = source.part;
    return sum + (isRemote(source) ? remoteWait : 0) + size / pace[format];
  }, 0);
}

/** Whether a part is on another machine. */
export function isRemote({ storage }: PartSource): boolean {
  if ('kind' in storage) return storage.kind === 's3' || storage.kind === 'urls';
  return storage.movesByCopy === true;
}
