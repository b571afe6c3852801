import { BacktestExportError, isError } from '../errors.ts';
import { given } from '../given.ts';

/**
 * The error for a WebAssembly module that the system gives no memory: a limit of the process (`ulimit -v`, a container's)
 * or of WebAssembly itself. `user` names who asked, `bytes` for how much in all.
 */
export function memoryRefused(user: string, bytes: number, cause: unknown): BacktestExportError {
  const problem = `the system refused ${bytes} bytes of memory for ${user}`;
  return new BacktestExportError('MEMORY_REFUSED', problem, { cause });
}

/** Runs what makes or grows a module's memory. @throws `MEMORY_REFUSED` where the system gives none */
export function orMemoryRefused<T>(user: string, bytes: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw isMemoryError(error) ? memoryRefused(user, bytes, error) : error;
  }
}

/** Whether an error says that memory could not be had: of the engine, or of a module that allocates by itself. */
export function isMemoryError(error: unknown): boolean {
  const known = isError(error) && (error.name === 'RangeError' || error.name === 'RuntimeError');
  return known && /alloc|out of memory|unable to grow|memory size|OOM/i.test(error.message);
}

/** The error for a kernel that trapped: its work is lost, and so is its instance. */
export function kernelFailed(kernel: string, file: string | undefined, cause: unknown): BacktestExportError {
  const reason = isError(cause) ? cause.message : String(cause);
  const problem = `${kernel} stopped: ${reason}; please report this with the file, if it can be shown`;
  return new BacktestExportError('KERNEL_FAILED', problem, {
    cause,
    position: given({ file }),
  });
}
