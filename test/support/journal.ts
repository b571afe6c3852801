import type { Journal } from '#src/export/swap/journal.js';
import { currentOwner } from '#src/storage/owner.js';
import type { Owner } from '#src/storage/writer-identity.js';

/** A journal of this process that has begun and changes nothing, but for what is given. */
export function journalOf(given: Partial<Journal>): Journal {
  const id = crypto.randomUUID();
  return { id, owner: currentOwner(), at: Date.now(), state: 'started', added: [], replaced: [], ...given };
}

/** The owner that this process would be if it had ended. */
export function deadOwner(): Owner {
  return { ...currentOwner(), pid: 2 ** 22 + 1, start: '1', run: 'gone' };
}
