import { createMemoryStorage } from './memory.ts';
import type { TemporaryStorage } from './temporary-storage.ts';

export async function createTemporaryStorage(_parent?: string): Promise<TemporaryStorage> {
  return { storage: createMemoryStorage(), remove: async () => undefined };
}
