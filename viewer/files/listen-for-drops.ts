import type { Source } from '../engine/messages.ts';
import { takeDrop } from './take-drop.ts';

/** Takes files that are dropped anywhere on the page, whatever it shows; while they hover, `<html>` has the class `over`. */
export function listenForDrops(
  page: Document,
  onDrop: (take: (signal: AbortSignal) => Promise<Source | undefined>) => void,
): void {
  const mark = (over: boolean): void => void page.documentElement.classList.toggle('over', over);
  const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
  page.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  page.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  page.addEventListener('drop', (event) => {
    mark(false);
    const { dataTransfer } = event;
    if (dataTransfer === null || !holdsFiles(event)) return;
    event.preventDefault();
    const end = new AbortController();
    // the entries are only there during the event: they are taken now, and read when it is their turn
    const taken = takeDrop(dataTransfer, end.signal);
    taken.catch(() => undefined);
    onDrop((signal) => {
      signal.addEventListener('abort', () => end.abort(), { once: true });
      return taken;
    });
  });
}
