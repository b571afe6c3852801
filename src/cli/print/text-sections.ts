import { listSection, tableSection } from './sections.ts';
import type { Style } from './style.ts';
import type { TableColumn } from './table.ts';

/** A part of a result for people, before it is laid out: a table with remarks, or only sentences. */
export interface Section {
  readonly title: string;
  /** Empty where there are only remarks. */
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly remarks: readonly string[];
}

/** Sections for a terminal, a blank line between two. */
export function* textSections(sections: Iterable<Section>, style: Style): Generator<string, void, undefined> {
  let separator = '';
  for (const { title, columns, rows, remarks } of sections) {
    yield (
      separator +
      (columns.length === 0 ? listSection(title, remarks, style) : tableSection(title, columns, rows, style, remarks))
    );
    separator = '\n';
  }
}
