import { escapeMarkdownLine, markdownLine } from './escape-markdown.ts';
import type { Section } from './text-sections.ts';

/** Sections as Markdown, such as a comment on a pull request: a heading, a table, its remarks. */
export function* markdownSections(sections: Iterable<Section>): Generator<string, void, undefined> {
  let heading = '###';
  for (const { title, columns, rows, remarks } of sections) {
    yield `${heading === '###' ? '' : '\n'}${heading} ${escapeMarkdownLine(title)}\n`;
    heading = '####';
    if (columns.length > 0) {
      yield `\n${markdownLine(columns.map(({ header }) => header))}`;
      yield `|${columns.map(({ align }) => (align === 'right' ? ' ---: |' : ' --- |')).join('')}\n`;
      for (const row of rows) yield markdownLine(row);
    }
    if (remarks.length > 0) yield '\n';
    for (const remark of remarks) yield `- ${escapeMarkdownLine(remark)}\n`;
  }
}
