import type { ErrorCode, ReportOptions, ReportProgress } from 'backtest-export/browser';

/** A file and its path in what was dropped. */
export interface NamedFile {
  readonly path: string;
  readonly blob: Blob;
}

/** Where exports are looked for. */
export type Source =
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly NamedFile[] }
  | { readonly kind: 'zip'; readonly name: string; readonly file: File }
  | { readonly kind: 'list'; readonly name: string; readonly url: string };

/** One export, as the list shows it. Texts are those of the data. */
export interface ListedExport {
  /** Its place in the list, by which it is asked for. */
  readonly index: number;
  /** Below what was dropped; empty for that itself. */
  readonly folder: string;
  readonly jobName: string | null;
  /** ISO 8601; null where the names do not tell. */
  readonly exportedAt: string | null;
  readonly formats: readonly string[];
  readonly parts: number;
  readonly bytes: number;
  readonly complete: boolean;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** What was found. */
export interface Listing {
  readonly name: string;
  readonly exports: readonly ListedExport[];
  /** Entries that are part of no export, and why; the first ones of many. */
  readonly foreign: readonly { readonly path: string; readonly reason: string }[];
  readonly foreignCount: number;
  /** Folders that could not be searched, and why. */
  readonly problems: readonly { readonly folder: string; readonly message: string }[];
}

/** Which report is wanted. */
export interface Choice extends Pick<ReportOptions, 'items' | 'chosen' | 'rankBy' | 'costs'> {
  /** By {@link ListedExport.index}. */
  readonly index: number;
  /** The exports to compare it with. */
  readonly others: readonly number[];
}

/** The report as a page. */
export interface ShownReport {
  readonly html: string;
  /** For the names of files: letters, digits, `-` and `_`. */
  readonly fileName: string;
}

/** What a report can be saved as. */
export type SavedFormat = 'html' | 'markdown' | 'csv' | 'json';

/** How far the work is: of reading a zip file, or of a report. */
export type Progress =
  | { readonly phase: 'listing' | 'drawing' }
  | { readonly phase: 'unpacking'; readonly bytes: number; readonly totalBytes: number }
  | ReportProgress;

/** An error as plain data. */
export interface Failure {
  readonly code: ErrorCode | 'INTERNAL';
  readonly message: string;
  /** Whether it was the user who ended the work. */
  readonly cancelled: boolean;
}

/** What the engine is asked for, and what it answers. */
export interface Requests {
  open: { readonly asks: Source; readonly answers: Listing };
  report: { readonly asks: Choice; readonly answers: ShownReport };
  save: { readonly asks: SavedFormat; readonly answers: Blob };
}

/** From the page to the engine. */
export type ToEngine =
  | {
      [Name in keyof Requests]: { readonly id: number; readonly kind: Name; readonly asks: Requests[Name]['asks'] };
    }[keyof Requests]
  | { readonly id: number; readonly kind: 'cancel' }
  /** First of all: the script of the library's own workers. */
  | { readonly kind: 'start'; readonly thread: string };

/** From the engine to the page. */
export type FromEngine =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: Progress }
  | { readonly id: number; readonly kind: 'answer'; readonly answer: Requests[keyof Requests]['answers'] }
  | { readonly id: number; readonly kind: 'failure'; readonly failure: Failure };
