/**
 * Waits for the proof of files that are read back while they are being synced, and for both to end. Where both fail, files
 * that could not be written explain why they cannot be read back.
 * @throws what either rejects with
 */
export async function proveAndSync(proof: Promise<void>, synced: Promise<void>): Promise<void> {
  const [proven, written] = await Promise.allSettled([proof, synced]);
  if (written.status === 'rejected') throw written.reason;
  if (proven.status === 'rejected') throw proven.reason;
}
