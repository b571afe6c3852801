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

/**
 * Compiles a module of this library. The module is correct, so a refusal is about the engine: none at all (`node --jitless`), a
 * Content Security Policy without `wasm-unsafe-eval`, or no vector instructions (SIMD).
 * @throws `WEBASSEMBLY_MISSING`, `MEMORY_REFUSED`
 */
export function compileWasm(name: string, bytes: () => BufferSource): WebAssembly.Module {
  if (typeof WebAssembly !== 'object') {
    throw wasmMissing(name, 'there is none here; start Node without --jitless', undefined);
  }
  const code = bytes();
  try {
    return new WebAssembly.Module(code);
  } catch (cause) {
    if (isMemoryError(cause)) throw memoryRefused(name, code.byteLength, cause);
    const reason = isError(cause) ? cause.message : String(cause);
    const isForbidden = /disallowed|content security policy|unsafe-eval/i.test(reason);
    const problem = isForbidden
      ? "it is not allowed here; in a page, add 'wasm-unsafe-eval' to the Content Security Policy"
      : 'this engine or processor lacks the SIMD instructions it needs';
    throw wasmMissing(name, `${problem} (${reason})`, cause);
  }
}

function wasmMissing(name: string, reason: string, cause: unknown): BacktestExportError {
  return new BacktestExportError('WEBASSEMBLY_MISSING', `${name} needs WebAssembly: ${reason}`, { cause });
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
