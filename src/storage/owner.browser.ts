import type { Owner, OwnerState } from './writer-identity.ts';

let own: Owner | undefined;

/** A random id, for names that nobody else has. */
export function newId(): string {
  return [4, 2, 2, 2, 6].map((bytes) => randomDigits(bytes)).join('-'); // crypto.randomUUID is only there by https
}

/** This page or worker: a machine of its own, since none sees whether another one is still there. */
export function currentOwner(): Owner {
  own ??= { host: randomDigits(4), pid: 0, start: '0', run: newId() };
  return own;
}

/** Whether an owner is this page or worker; of any other one nothing is known. */
export function ownerState({ host }: Omit<Owner, 'run'>, _since: number): OwnerState {
  return host === currentOwner().host ? 'alive' : 'elsewhere';
}

function randomDigits(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
