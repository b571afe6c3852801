import type { DrawnSection, Section } from './document.ts';
import type { Cell } from './drawing.ts';

/** Sections without anything drawn, as pipes, Markdown and pages show them. */
export function* plainSections(sections: Iterable<DrawnSection>): Generator<Section, void, undefined> {
  for (const { onlyDrawn = false, columns, rows, ...others } of sections) {
    if (onlyDrawn) continue;
    if (columns === undefined || rows === undefined) yield others;
    else yield { ...others, columns: columns.filter(({ drawn }) => drawn === undefined), rows: textsOf(rows) };
  }
}

function* textsOf(rows: Iterable<readonly Cell[]>): Generator<readonly string[], void, undefined> {
  for (const row of rows) yield row.filter((cell) => typeof cell === 'string');
}
