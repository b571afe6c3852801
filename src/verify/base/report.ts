import type { PlainIdentity } from '../../naming/export-identity.ts';
import type { TableName } from '../../schema/schema.ts';
import type { ReadingNote } from '../../export/reading-notes.ts';
import type { WapeMeaning } from '../../metrics/accuracy/wape-meaning.ts';
import type { FindingCode, NotCheckedCode, Severity } from './rules.ts';

/** Where a finding is; a member is absent where it does not apply. Times are ISO 8601, in UTC. */
export interface FindingPlace {
  /** The part (or other entry), as the storage names it. */
  readonly file: string;
  /** The data record, from 1. */
  readonly record?: number;
  /** The line of text, from 1; of CSV in Forecast's own dialect. */
  readonly line?: number;
  readonly item?: string;
  /** By dimension name. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly timestamp?: string;
  readonly window?: { readonly start: string; readonly end: string };
  /** The column or metric concerned. */
  readonly column?: string;
  /** Of a metric that differs: the value from the forecasts (or the Computed rows); null is `not defined`. */
  readonly expected?: number | null;
  /** Of a metric that differs: the value in the file; null is `not defined`. */
  readonly found?: number | null;
  /** Of a duplicate: the earlier row. */
  readonly of?: { readonly file: string; readonly record?: number; readonly line?: number };
  /** What else is known, such as the message of a read error. */
  readonly detail?: string;
}

/** Everything that one rule found. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** How often; the message says what is counted. */
  readonly count: number;
  readonly message: string;
  /** The first places, by table, part and record. */
  readonly places: readonly FindingPlace[];
  /** Of metrics that differ: the greatest relative difference, and where. */
  readonly greatestDifference?: GreatestDifference;
}

/** The greatest relative difference of a figure, `|a - b| / max(|a|, |b|)`, and where it is. */
export interface GreatestDifference {
  readonly difference: number;
  readonly place: FindingPlace;
}

/** The result of checking one metric column, whether it differs or not. */
export interface MetricCheck {
  /** The column, as the header names it. */
  readonly column: string;
  /** Cells that were recomputed. */
  readonly checked: number;
  /** Cells outside the tolerance. */
  readonly differ: number;
  /** Null where nothing was checked, or nothing differed in any bit. */
  readonly greatest: GreatestDifference | null;
}

/** Something that was not checked. It is not a finding, and never counts as passed. */
export interface NotChecked {
  readonly code: NotCheckedCode;
  readonly reason: string;
  /** Rows, windows or columns concerned, as the reason says; 0 where it concerns the whole export. */
  readonly count: number;
}

/** The report of `verifyExport`, as plain data, in the same order for any number of threads. */
export interface VerificationReport {
  /** Whether no finding is an error. What was not checked is in `notChecked`. */
  readonly ok: boolean;
  readonly export: PlainIdentity & {
    readonly location: string;
    readonly format: 'CSV' | 'PARQUET';
    readonly complete: boolean;
    readonly itemColumn: string;
    readonly dimensions: readonly string[];
    readonly forecastTypes: readonly string[];
  };
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  /** The rules that were checked, in their order. */
  readonly checked: readonly FindingCode[];
  /** Rows by table that were read without an error, including those of repeated parts. */
  readonly rows: Readonly<Record<TableName, number>>;
  /** Distinct items, over both tables. */
  readonly items: number;
  /** Distinct time series: items with their dimensions. */
  readonly series: number;
  /** Distinct backtest windows, over both tables; ISO 8601, by start. */
  readonly windows: readonly { readonly start: string; readonly end: string }[];
  /** The step between timestamps in Forecast's spelling, null where it is unknown. */
  readonly frequency: string | null;
  /** The season of MASE in steps, null where MASE was not checked. */
  readonly season: number | null;
  /** Relative tolerance of the arithmetic. */
  readonly tolerance: number;
  /** The meaning of the WAPE column; null where there is none. */
  readonly wapeMeaning: WapeMeaning | null;
  readonly computed: readonly MetricCheck[];
  readonly summary: readonly MetricCheck[];
  /** Irregularities of the text that was read. */
  readonly readingNotes: readonly ReadingNote[];
}
