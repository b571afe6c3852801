import type { Storage } from './storage.ts';

const trusted = new WeakSet<Storage>();
const methods = ['list', 'open', 'create', 'publish', 'discard', 'remove', 'move', 'sync', 'withSignal'] as const;

/** Marks a storage of this library, whose answers need no check, and returns it. */
export function trust<Own extends Storage>(storage: Own): Own {
  trusted.add(storage);
  return storage;
}

/** Whether a storage is one of this library, with its own methods: none was replaced, as tests like to do. */
export function isTrusted(storage: Storage): boolean {
  if (!trusted.has(storage)) return false;
  return Object.getPrototypeOf(storage) === Object.prototype || !methods.some((name) => Object.hasOwn(storage, name));
}
