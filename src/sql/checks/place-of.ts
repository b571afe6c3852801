import { given } from '../../given.ts';
import type { TableSchema } from '../../schema/schema.ts';
import type { FindingPlace } from '../../verify/base/report.ts';

/** The key of a row or window, as a query gives it. */
export interface FoundKey {
  readonly item?: string;
  readonly dimensions?: readonly string[];
  readonly start?: number | null;
  readonly end?: number | null;
  readonly time?: number | null;
}

/** A place by its key. `file` is the part, where the engine says it, else the table. */
export function placeOf(
  file: string,
  schema: TableSchema,
  key: FoundKey,
  more: Partial<FindingPlace> = {},
): FindingPlace {
  const { item, dimensions = [], start, end, time } = key;
  // without a prototype, so that a dimension may have any name
  const named: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, name] of schema.dimensions.entries()) named[name] = dimensions[index] ?? '';
  return {
    file,
    ...given({
      item,
      dimensions: item === undefined || schema.dimensions.length === 0 ? undefined : named,
      timestamp: time === undefined || time === null ? undefined : textOf(time),
      window: start === undefined || end === undefined ? undefined : { start: textOf(start), end: textOf(end) },
    }),
    ...more,
  };
}

/** ISO 8601 in UTC; empty where there is no time, or one beyond the calendar's end. */
function textOf(time: number | null): string {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
