import type { Field } from '../layout/document.ts';
import { noFigure, showBytes } from '../values/show-value.ts';
import { left, right, whole } from '../layout/table.ts';
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
