import type { Field } from '../print/document.ts';
import { noFigure, showBytes } from '../print/show-value.ts';
import { left, right, whole } from '../print/table.ts';
import type { InspectedExport } from './inspect-exports.ts';

/** The columns of a list of exports: what their file names and sizes tell. */
export const exportColumns: readonly Field<
  Pick<InspectedExport, 'jobName' | 'exportedAtText' | 'formats' | 'parts' | 'bytes' | 'complete'>
>[] = [
  [left('job'), ({ jobName }) => jobName ?? noFigure],
  [whole('exported at'), ({ exportedAtText }) => exportedAtText ?? noFigure],
  [left('format', { drop: 3 }), ({ formats }) => formats.join(', ')],
  [right('parts', { drop: 2 }), ({ parts }) => String(parts)],
  [right('size', { drop: 1 }), ({ bytes }) => showBytes(bytes)],
  [left('complete', { drop: 4 }), ({ complete }) => (complete ? 'yes' : 'no')],
];
