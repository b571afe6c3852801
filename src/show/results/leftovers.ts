import type { Leftover, Leftovers } from '../../export/swap/list-leftovers.ts';
import { tableSection, type Document, type Section } from '../layout/document.ts';
import { noFigure, showBytes, showCount, showText, showTime } from '../values/show-value.ts';
import { left, whole } from '../layout/table.ts';

/** What `leftovers --json` prints. */
export interface FoundLeftovers extends Leftovers {
  readonly location: string;
  readonly removed: readonly Leftover[];
}

/** What writers have in a folder, and what was removed of it. */
export function describeLeftovers(found: FoundLeftovers, removes: boolean): Document {
  const { location, leftovers, removed, uploadsUnknown } = found;
  const notes = [
    ...(uploadsUnknown === null ? [] : [`Uploads are not listed: ${uploadsUnknown}`]),
    ...(!removes && leftovers.some(({ removable }) => removable) ? ['--remove removes what is left.'] : []),
  ];
  return {
    sections: () => [
      ...(removed.length === 0 ? [] : [listed(`Removed from ${showText(location)}`, removed, [])]),
      listed(titleOf(found), leftovers, notes),
    ],
    data: found,
  };
}

function titleOf({ leftovers, location }: FoundLeftovers): string {
  if (leftovers.length === 0) return `No leftovers in ${showText(location)}`;
  const size = leftovers.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  return `${showCount(leftovers.length, 'hidden file')} of writers in ${showText(location)}, ${showBytes(size)}`;
}

function listed(title: string, leftovers: readonly Leftover[], notes: readonly string[]): Section {
  if (leftovers.length === 0) return { title, notes };
  return {
    title,
    ...tableSection(leftovers, [
      [whole('what'), ({ kind }) => kind],
      [whole('bytes'), ({ bytes }) => (bytes === null ? noFigure : showBytes(bytes))],
      [whole('writer'), ({ writer }) => (writer === null ? noFigure : writers[writer])],
      [whole('last change'), ({ modified }) => (modified === null ? noFigure : showTime(modified))],
      [whole('left'), ({ removable }) => (removable ? 'yes' : 'no')],
      [left('path'), ({ path }) => showText(path)],
    ]),
    notes,
  };
}

const writers = { alive: 'running', dead: 'ended', elsewhere: 'elsewhere' } as const;
