import type { Cell } from './drawing.ts';
import type { TableColumn } from './table.ts';

/** A titled part of a result for people, before it is laid out: facts, then a table, then notes; each may be missing. */
export interface Section {
  /** `''` for none. */
  readonly title: string;
  /** Names and texts, below each other. */
  readonly facts?: readonly Fact[];
  readonly columns?: readonly TableColumn[];
  /** Texts by column; read once. */
  readonly rows?: Iterable<readonly string[]>;
  /** Sentences. */
  readonly notes?: readonly string[];
}

/** A section for a terminal that draws: some of its columns are `drawn`, and hold no text. */
export interface DrawnSection extends Omit<Section, 'rows'> {
  /** By column; read once. */
  readonly rows?: Iterable<readonly Cell[]>;
  /** Draws what other sections say, so that it is left out where nothing is drawn. */
  readonly onlyDrawn?: boolean;
}

/** A name and a text. */
export type Fact = readonly [name: string, text: string];

/** Values in full precision by column, for other programs. */
export interface CsvRecords {
  readonly header: readonly string[];
  /** Null for what has no value; read once. */
  readonly rows: Iterable<readonly (string | number | null)[]>;
}

/** A result in every form that it can be printed in; each is made only when it is asked for. */
export interface Document {
  /** For a terminal, and for Markdown if it has no sections of its own. */
  readonly sections: () => Iterable<Section>;
  /** The same for a terminal that draws, with bars and sparklines beside the numbers; `sections` by default. */
  readonly drawn?: () => Iterable<DrawnSection>;
  readonly markdown?: () => Iterable<Section>;
  /** For CSV. */
  readonly records?: () => CsvRecords;
  /** For JSON. */
  readonly data: unknown;
}

/** A column of a table, and its text in a row. */
export type Field<Row> = readonly [column: TableColumn, text: (row: Row) => string];

/** The columns and rows of a section, made row by row when they are read. */
export function tableSection<Row>(
  rows: Iterable<Row>,
  fields: readonly Field<Row>[],
): Required<Pick<Section, 'columns' | 'rows'>> {
  return { columns: fields.map(([column]) => column), rows: cellsOf(rows, fields) };
}

/** A column of texts or of drawings, and its cell in a row. */
export type DrawnField<Row> = readonly [column: TableColumn, cell: (row: Row) => Cell];

/** As {@link tableSection}, of a section with drawings. */
export function drawnTable<Row>(
  rows: Iterable<Row>,
  fields: readonly DrawnField<Row>[],
): Required<Pick<DrawnSection, 'columns' | 'rows'>> {
  return { columns: fields.map(([column]) => column), rows: cellsOf(rows, fields) };
}

function* cellsOf<Row, AnyCell>(
  rows: Iterable<Row>,
  fields: readonly (readonly [TableColumn, (row: Row) => AnyCell])[],
): Generator<AnyCell[], void, undefined> {
  for (const row of rows) yield fields.map(([, cell]) => cell(row));
}
