import type { DrawnReport } from '../charts/chart.ts';

/**
 * A report as a page, before it is HTML or Markdown: what is said, in what order, with figures as texts. Texts may hold text of
 * the data: whoever writes the page escapes every one of them.
 */
export interface Page {
  readonly title: string;
  /** When it was exported, and how much it is. */
  readonly subtitle: string;
  readonly verdict: Verdict;
  /** What stands out: at most five sentences, the most important first. */
  readonly findings: readonly string[];
  readonly tiles: readonly Tile[];
  /** What is seen first below the figures; not in Markdown. */
  readonly lead?: ChartBlock | undefined;
  readonly sections: readonly PageSection[];
  /** How the page was made. */
  readonly made: readonly string[];
}

/** Whether the figures can be trusted. */
export interface Verdict {
  readonly kind: 'sound' | 'warnings' | 'incomplete' | 'errors';
  /** A few words. */
  readonly title: string;
  /** What it means for the figures of the page. */
  readonly meaning: string;
}

/** One of the few figures that matter. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  /** In plain words. */
  readonly meaning: string;
}

/** A part of a page with a heading of its own. */
export interface PageSection {
  /** For links within the page. */
  readonly id: string;
  readonly title: string;
  /** What the figures say, in plain English; absent where they say nothing. */
  readonly reading?: string | undefined;
  readonly blocks: readonly Block[];
}

/** A piece of a section. */
export type Block = FactBlock | ChartBlock | TableBlock | NoteBlock;

/** Where a block is needed, and how long it stays where room is short. */
export interface BlockTraits {
  /** Blocks with the highest number are left out first where a page would be too large; those with 0 stay. */
  readonly drop: number;
  /** Not in Markdown, which has to be compact. */
  readonly pageOnly?: boolean;
}

/** Names and texts below each other. */
export interface FactBlock extends BlockTraits {
  readonly kind: 'facts';
  readonly facts: readonly (readonly [name: string, text: string])[];
}

/** A chart, and beneath it the figures that it shows. */
export interface ChartBlock extends BlockTraits {
  readonly kind: 'chart';
  readonly chart: ChartPlace;
  /** Its name in the list of what was left out; above it, where `isHeading`. */
  readonly title: string;
  readonly isHeading?: boolean;
  /** Below the title: why it is there. */
  readonly text?: string;
  readonly table?: TableBlock;
}

/** Where a chart is in a {@link DrawnReport}. */
export type ChartPlace =
  | { readonly name: Exclude<keyof DrawnReport, 'spread' | 'series'> }
  | { readonly name: 'spread' | 'series'; readonly index: number };

/** Rows of figures. */
export interface TableBlock extends BlockTraits {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly PageColumn[];
  /** Texts by column. The first cell names the row. */
  readonly rows: readonly (readonly string[])[];
  /** So many of the first rows are of all others together: they stay on top when rows are sorted. None by default. */
  readonly totals?: number;
  /** Whether it is folded on a screen, as it only adds to what stands before it. */
  readonly folded?: boolean;
  /** Rows that there are beyond `rows`; 0 for none. */
  readonly more: number;
}

/** A column of a table. */
export interface PageColumn {
  readonly header: string;
  /** `name` is text of the data, which is cut where it is long; `prose` goes over several lines, `text` does not. */
  readonly kind: 'name' | 'text' | 'prose' | 'number';
}

/** Sentences, such as why a figure is missing. */
export interface NoteBlock extends BlockTraits {
  readonly kind: 'notes';
  readonly title: string;
  readonly notes: readonly string[];
}
