import { BacktestExportError } from 'backtest-export';

/** Tasks for run-tasks.test.ts, in a module that a worker can import. */
export async function square(input, context) {
  context.onBytes(input);
  return { output: input * input };
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
