import { tableNames } from '../../schema/schema.ts';
import { defectNames, describeDefect } from '../../testing/index.ts';
import type { GeneratedExport, PlantedDefect } from '../../testing/index.ts';
import { tableSection, type Document } from '../../show/layout/document.ts';
import { showBytes, showCount, showText, showTime } from '../../show/values/show-value.ts';
import { left, whole } from '../../show/layout/table.ts';

/** What `generate` prints: what was written, and the defects that were planted. */
export function describeGenerated(location: string, made: GeneratedExport): Document {
  const { jobName, exportedAt, files, bytes, rows, series, windows, planted } = made;
  const [start, end] = [`${windows[0]?.start}Z`, `${windows.at(-1)?.end}Z`];
  return {
    sections: () => [
      {
        title: `Wrote ${showText(location)}`,
        facts: [
          ['job', `${jobName}, exported ${exportedAt}`],
          ['files', `${files.length}, ${showBytes(bytes)}`],
          ...tableNames.map((table) => [table, showCount(rows[table], 'row')] as const),
          ['series', String(series)],
          ['windows', `${windows.length}, from ${showTime(start)} to ${showTime(end)}`],
        ],
      },
      ...(planted.length === 0 ? [] : [{ title: 'Planted defects', notes: planted.map(describePlanted) }]),
    ],
    data: { location, ...made },
  };
}

function describePlanted({ name, path, record, line, column, expectedCode }: PlantedDefect): string {
  const place = [showText(path)];
  if (record !== undefined) place.push(`record ${record}`);
  if (line !== undefined) place.push(`line ${line}`);
  if (column !== undefined) place.push(`column ${showText(column)}`);
  return `${name} in ${place.join(', ')}: reading ${expectedCode === undefined ? 'succeeds' : `gives ${expectedCode}`}`;
}

/** Every defect that can be planted. */
export function describeDefects(): Document {
  const defects = defectNames.map((name) => ({ name, ...describeDefect(name) }));
  return {
    sections: () => [
      {
        title: '',
        ...tableSection(defects, [
          [whole('defect'), ({ name }) => name],
          [whole('reading gives'), ({ expects }) => expects ?? 'a result'],
          [left('what it is'), ({ description }) => description],
        ]),
      },
    ],
    data: defects,
  };
}
