import { showText, showTime } from '#src/show/values/show-value.js';
import type { ListedExport } from '../engine/messages.ts';

/** The name of an export for people. */
export function nameOf({ jobName, folder }: ListedExport): string {
  return showText(jobName ?? (folder === '' ? 'Export without a name' : folder));
}

/** The name of an export, with what tells it from others of the same job. */
export function placeOf(found: ListedExport): string {
  const time = found.exportedAt === null ? undefined : `exported ${showTime(found.exportedAt)}`;
  const folder = found.folder === '' ? undefined : `in ${showText(found.folder)}`;
  return [nameOf(found), time, folder].filter((text) => text !== undefined).join(', ');
}
