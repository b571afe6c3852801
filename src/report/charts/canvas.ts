import type * as PlotModule from '@observablehq/plot';
import { loadPackage } from '../../load-package.ts';

/** What charts are drawn with. */
export interface Canvas {
  readonly plot: typeof PlotModule;
  /** An empty document, the same for all charts of a report. */
  readonly document: Document;
}

/**
 * Loads Observable Plot and linkedom (about 0.2 s from a cold start).
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`
 */
export async function loadCanvas(): Promise<Canvas> {
  const purpose = 'drawing charts';
  const plot = await loadPackage('@observablehq/plot', purpose, () => import('@observablehq/plot'));
  const { parseHTML } = await loadPackage('linkedom', purpose, () => import('linkedom'));
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return { plot, document };
}
