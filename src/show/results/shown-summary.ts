import type { GroupSummary } from '../../metrics/base/summary.ts';
import type { ExportSummary } from '../../metrics/summarize.ts';

/** A summary as it is printed: its groups are taken one by one, and may be many. */
export type ShownSummary = Omit<ExportSummary, 'groups'> & {
  readonly groups: Iterable<GroupSummary> & { readonly length: number };
};
