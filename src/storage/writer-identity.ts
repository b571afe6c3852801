/** Identifies a writer: one process on one machine. Plain data without secrets: the machine is identified by a hash. */
export interface Owner {
  /** Hash of the machine, its boot and the process namespace (of a container); 8 hexadecimal digits. */
  readonly host: string;
  readonly pid: number;
  /** Start time of the process in system ticks, which distinguishes a reused pid; `0` if unknown. */
  readonly start: string;
  /** Random id of this thread's copy of the library, for writers that ended while their process continues. */
  readonly run: string;
}

/** The state of an owner: running, certainly gone, or on another machine, where this one cannot check. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere';
