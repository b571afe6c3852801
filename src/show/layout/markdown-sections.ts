import type { Section } from './document.ts';
import { escapeMarkdownLine, markdownLine } from '../values/escape-markdown.ts';

/** Sections as Markdown, such as a comment on a pull request: headings, tables and lists, a blank line between two. */
export function* markdownSections(sections: Iterable<Section>): Generator<string, void, undefined> {
  let heading = '###';
  for (const { title, facts = [], columns = [], rows = [], notes = [] } of sections) {
    yield `${heading === '###' ? '' : '\n'}${heading} ${escapeMarkdownLine(title)}\n`;
    heading = '####';
    const [first, ...others] = facts;
    if (first !== undefined) yield* table(first, '| --- | --- |', others);
    const rule = `|${columns.map(({ align }) => (align === 'right' ? ' ---: |' : ' --- |')).join('')}`;
    if (columns.length > 0) {
      yield* table(
        columns.map(({ header }) => header),
        rule,
        rows,
      );
    }
    if (notes.length > 0) yield '\n';
    for (const note of notes) yield `- ${escapeMarkdownLine(note)}\n`;
  }
}

function* table(
  header: readonly string[],
  rule: string,
  rows: Iterable<readonly string[]>,
): Generator<string, void, undefined> {
  yield `\n${markdownLine(header)}${rule}\n`;
  for (const row of rows) yield markdownLine(row);
}
