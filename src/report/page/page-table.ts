import { noFigure } from '../../show/values/show-value.ts';
import type { BlockTraits, PageColumn, TableBlock } from './model.ts';

/** A column of a table, and its text in a row. */
export interface PageField<Row> extends PageColumn {
  readonly text: (row: Row, index: number) => string;
  /** Left out where no row has a figure in it. */
  readonly optional?: boolean;
}

/** What a table is, beyond its rows. */
export interface TableTraits extends BlockTraits {
  readonly caption: string;
  /** So many of the first rows are of all others together. */
  readonly totals?: number;
  readonly folded?: boolean;
  /** Most rows to show. */
  readonly most: number;
  /** Rows that there are; as many as given by default. */
  readonly total?: number;
}

/** The first `most` rows as a table; undefined without any. */
export function pageTable<Row>(
  rows: readonly Row[],
  fields: readonly PageField<Row>[],
  { caption, most, total = rows.length, ...traits }: TableTraits,
): TableBlock | undefined {
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, most);
  const texts = fields.map(({ text }) => shown.map((row, index) => text(row, index)));
  const kept = fields.map((field, at) => field.optional !== true || texts[at]?.some((text) => text !== noFigure));
  const take = <Value>(values: readonly Value[]): Value[] => values.filter((_, at) => kept[at]);
  return {
    kind: 'table',
    ...traits,
    caption,
    columns: take(fields).map(({ header, kind }) => ({ header, kind })),
    rows: shown.map((_, index) => take(texts).map((column) => column[index] ?? '')),
    more: Math.max(0, total - shown.length),
  };
}

/** A column of numbers. */
export function numbers<Row>(header: string, text: PageField<Row>['text'], optional = false): PageField<Row> {
  return { header, kind: 'number', text, optional };
}

/** A column of sentences. */
export function prose<Row>(header: string, text: PageField<Row>['text']): PageField<Row> {
  return { header, kind: 'prose', text };
}

/** A column of short texts of this program. */
export function texts<Row>(header: string, text: PageField<Row>['text']): PageField<Row> {
  return { header, kind: 'text', text };
}

/** A column of texts of the data. */
export function names<Row>(header: string, text: PageField<Row>['text']): PageField<Row> {
  return { header, kind: 'name', text };
}
