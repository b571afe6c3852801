import { BacktestExportError } from 'backtest-export';

/** Tasks for run-tasks.test.ts, in a module that a worker can import. */
export async function square(input, context) {
  context.onBytes(input);
  return { output: input * input };
}

/** Reports bytes until it is stopped, and takes whatever is thrown meanwhile for a fault of its input. */
export async function report(input, { signal, onBytes }) {
  for (let turn = 0; turn < 2000 && !signal.aborted; turn++) {
    try {
      onBytes(turn);
      await new Promise((resolve) => setTimeout(resolve, 5));
    } catch {
      break;
    }
  }
  signal.throwIfAborted();
  return { output: input };
}

export async function stumble() {
  throw new BacktestExportError('NUMBER_INVALID', 'odd', { position: { file: 'a.csv', record: 3 } });
}

export async function wait(input, { signal }) {
  if (input > 1) {
    await new Promise((resolve, reject) => {
      setTimeout(resolve, 60_000).unref();
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }
  return { output: input };
}

export async function die() {
  process.exit(3);
}
