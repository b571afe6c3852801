import type { Storage } from '#src/storage/storage.js';

/** What happens at the chosen step: it fails, before or after its effect, or the process ends, before or after it. */
export type FaultMode = 'fail' | 'fail-after' | 'kill' | 'kill-after';

/**
 * Counts the steps of everything that it wraps, and lets one of them go wrong. After a kill nothing has any effect, and
 * `isDead` tells those who listen for a process that is no more.
 */
export class Faults {
  /** The steps so far, by name. */
  readonly steps: string[] = [];
  isDead = false;
  /** After this nothing goes wrong any more, and nothing is counted. */
  isOver = false;
  readonly #at: number;
  readonly #mode: FaultMode;

  constructor(at = -1, mode: FaultMode = 'fail') {
    this.#at = at;
    this.#mode = mode;
  }

  async step<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    if (this.isOver && !this.isDead) return run();
    const isChosen = this.steps.length === this.#at;
    this.steps.push(name);
    if (this.isDead) throw new Error('the process is dead');
    if (!isChosen) return run();
    if (this.#mode.endsWith('-after')) await run();
    if (this.#mode.startsWith('kill')) this.isDead = true;
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
  }
}

/** The same storage, each method of it, of its writers and of its files a step. */
export function withFaults(storage: Storage, faults: Faults, name: string): Storage {
  return wrap(storage, faults, name);
}

/** What answers at once and can do no harm. */
const plain = new Set<PropertyKey>(['readAhead', 'cancel', 'constructor']);

function wrap<Wrapped extends object>(wrapped: Wrapped, faults: Faults, name: string): Wrapped {
  return new Proxy(wrapped, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      if (plain.has(key)) return method.bind(target);
      return (...args: unknown[]) =>
        faults.step(`${name} ${String(key)} ${typeof args[0] === 'string' ? args[0] : ''}`.trim(), async () => {
          const result = await method.apply(target, args);
          const isOpened = key === 'create' || key === 'open';
          return isOpened && typeof result === 'object' && result !== null ? wrap(result, faults, name) : result;
        });
    },
  });
}
