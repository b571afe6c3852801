import {
  createFileStorage,
  createReport,
  findExports,
  openExport,
  reportToHtml,
  reportToMarkdown,
  type BacktestExport,
  type ExportFolder,
  type FoundExport,
  type OpenOptions,
  type Report,
  type Storage,
} from 'backtest-export/browser';
import { jsonDocument } from '#src/show/values/json.js';
import { reportCsv } from '../output/report-csv.ts';
import { describeListing } from './describe-listing.ts';
import type { Choice, Listing, Progress, SavedFormat, ShownReport, Source } from './messages.ts';
import { openServed, type ServedFolder } from './open-served.ts';
import { unzip } from './unzip.ts';

/** What every piece of work is given. */
export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** An export by its place in the list. */
interface Place {
  readonly folder: ExportFolder;
  readonly found: FoundExport;
}

/** A folder to look in, with what is already known of it. */
type OpenedFolder = Pick<ServedFolder, 'storage' | 'location' | 'rename'> & Partial<ServedFolder>;

/** What the engine keeps between requests: the exports that were found, and the last report. */
export class Session {
  #places: readonly Place[] = [];
  #report: Report | undefined;
  #rename: ServedFolder['rename'] = (value) => value;

  /** Looks for exports; what was found before is forgotten. */
  async open(source: Source, work: Work): Promise<Listing> {
    this.#places = [];
    this.#report = undefined;
    const { storage, location, rename, others, problems }: OpenedFolder =
      source.kind === 'list'
        ? await openServed(source.url, work.signal)
        : { storage: await storageOf(source, work), location: source.name, rename: (value) => value };
    work.onProgress({ phase: 'listing' });
    const search = await findExports(storage, { signal: work.signal });
    work.signal.throwIfAborted();
    this.#rename = rename;
    this.#places = search.folders.flatMap((folder) => folder.catalog.exports.map((found) => ({ folder, found })));
    const names = others ?? (search.folders.length > 0 ? [] : await namesIn(storage));
    return rename(describeListing(location, search, names, problems));
  }

  /** Makes a report, and the page of it. */
  async report({ index, others, ...choice }: Choice, { signal, onProgress }: Work): Promise<ShownReport> {
    this.#report = undefined;
    const { storage, open } = this.#placeOf(index);
    const compare: BacktestExport[] = [];
    for (const other of others) {
      const { storage: from, open: which } = this.#placeOf(other);
      compare.push(await openExport(from, { ...which, signal }));
    }
    const report = this.#rename(await createReport(storage, { ...choice, open, compare, signal, onProgress }));
    onProgress({ phase: 'drawing' });
    const html = await reportToHtml(report, { signal });
    signal.throwIfAborted();
    this.#report = report;
    return { html, fileName: fileNameOf(report) };
  }

  /** The last report as a file. */
  async save(format: SavedFormat, { signal }: Work): Promise<Blob> {
    const report = this.#report;
    if (report === undefined) throw new Error('there is no report yet');
    switch (format) {
      case 'html':
        return new Blob([await reportToHtml(report, { signal })], { type: 'text/html' });
      case 'markdown':
        return new Blob([await reportToMarkdown(report)], { type: 'text/markdown' });
      case 'csv':
        return new Blob([...reportCsv(report)], { type: 'text/csv' });
      case 'json':
        return new Blob([...jsonDocument(report)], { type: 'application/json' });
      default:
        return format satisfies never;
    }
  }

  /** Where an export is, and what tells it from others there. */
  #placeOf(index: number): { readonly storage: Storage; readonly open: OpenOptions } {
    const place = this.#places[index];
    if (place === undefined) throw new Error(`there is no export ${index}`);
    const { jobName, exportedAt } = place.found;
    return {
      storage: place.folder.catalog.storage,
      open: { ...(jobName === undefined ? {} : { jobName }), ...(exportedAt === undefined ? {} : { exportedAt }) },
    };
  }
}

/** What was dropped or chosen. */
async function storageOf(source: Exclude<Source, { readonly kind: 'list' }>, work: Work): Promise<Storage> {
  const files = source.kind === 'zip' ? await unzip(source.file, work) : source.files;
  return createFileStorage(files, source.name);
}

/** What is directly in a folder without an export, so that the page can say what it saw. */
async function namesIn(storage: Storage): Promise<string[]> {
  return (await storage.list('')).map(({ path, kind }) => (kind === 'folder' ? `${path}/` : path));
}

/** Letters, digits, `-` and `_`, whatever the job is called. */
function fileNameOf({ export: { jobName, exportedAt } }: Report): string {
  const words = [jobName ?? 'report', exportedAt ?? ''].join('_').replace(/\.000Z$/, 'Z');
  const name = words.replaceAll(/[^\w-]+/g, '-').replaceAll(/^[-_]+|[-_]+$/g, '');
  return name.slice(0, 100) || 'report';
}
