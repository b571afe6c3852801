import type { FromWorker, ToWorker, WorkerSetup } from './task.ts';

/** A thread that was started; it does not keep the process alive, unless it is held. */
export interface Thread {
  readonly post: (message: ToWorker) => void;
  /** Keeps the process alive while the thread works. */
  readonly hold: () => void;
  readonly letGo: () => void;
  /** Ends the thread, whatever it does; resolves when it has ended, after `onExit`. */
  readonly terminate: () => Promise<void>;
}

/** What happens to a thread. */
export interface ThreadEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** The thread failed with this, and ends. */
  readonly onError: (error: unknown) => void;
  /** A message from the thread cannot be read here. */
  readonly onUnreadable: (error: unknown) => void;
  /** The thread has ended, for whatever reason; comes once, after all of its messages. */
  readonly onExit: () => void;
}

/** The thread that this module runs in, seen from inside. */
export interface OwnThread {
  /** What the thread was started with. */
  readonly setup: Promise<WorkerSetup>;
  readonly post: (message: FromWorker, transfer: readonly ArrayBuffer[]) => void;
  /** Receives messages from now on, those that have come before first. Call it once, at once. */
  readonly listen: (onMessage: (message: ToWorker) => void, onUnreadable: (error: unknown) => void) => void;
}
