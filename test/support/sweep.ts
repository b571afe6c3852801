/** Whether every case of the long sweeps is run, as CI does once: `SWEEP=all npx vitest run`. */
export const sweepsAll: boolean = process.env['SWEEP'] === 'all';

/** All cases where everything is swept; else every nth, from the first. */
export function swept<Case>(cases: readonly Case[], nth: number): Case[] {
  return cases.filter((_, index) => sweepsAll || index % nth === 0);
}
