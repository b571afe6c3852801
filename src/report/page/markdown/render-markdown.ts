import { escapeMarkdown, escapeMarkdownLine, markdownLine } from '../../../show/values/escape-markdown.ts';
import { escapeUnsafe } from '../../../quote-text.ts';
import { cutToWidth } from '../../../show/values/text-width.ts';
import type { Block, Page, PageSection, TableBlock } from '../model.ts';
import { countOf } from '../words/measures.ts';

/** A piece of the page as Markdown, and how long it stays where room is short. */
export interface MarkdownPiece {
  readonly text: string;
  /** As in the block that it is of; 0 for what stays; below 0 for the last lines, by which a file is known as a report. */
  readonly drop: number;
}

/** The page as Markdown, piece by piece: no HTML, charts as their tables. */
export function markdownPieces(page: Page): MarkdownPiece[] {
  const { verdict, tiles } = page;
  const lead = [
    `## ${line(page.title)}\n\n${line(page.subtitle)}\n\n`,
    `**${line(verdict.title)}.** ${line(verdict.meaning)}\n\n`,
    page.findings.map((finding) => `- ${line(finding)}\n`).join(''),
    tiles.length === 0
      ? ''
      : `\n| | | |\n| --- | ---: | --- |\n${tiles.map(({ name, value, meaning }) => markdownLine([name, value, meaning])).join('')}`,
  ];
  const sections = page.sections.flatMap(sectionPieces);
  const made = page.made.map((each) => `${line(each)}\n`).join('\n');
  return [...lead.map(staying), ...sections, { text: `\n${made}`, drop: -1 }];
}

function staying(text: string): MarkdownPiece {
  return { text, drop: 0 };
}

function line(text: string): string {
  return escapeMarkdownLine(text);
}

function sectionPieces({ title, reading, blocks }: PageSection): MarkdownPiece[] {
  const pieces = blocks.flatMap(blockPieces);
  if (pieces.length === 0) return [];
  const said = reading === undefined ? '' : `\n${line(reading)}\n`;
  return [staying(`\n### ${line(title)}\n${said}`), ...pieces];
}

function blockPieces(block: Block): MarkdownPiece[] {
  if (block.pageOnly === true) return [];
  const { drop } = block;
  if (block.kind === 'table') return [{ text: tableText(block), drop }];
  if (block.kind === 'chart') return block.table === undefined ? [] : blockPieces(block.table);
  if (block.kind === 'notes') {
    return [{ text: `\n${line(block.title)}:\n\n${block.notes.map((note) => `- ${line(note)}\n`).join('')}`, drop }];
  }
  return [{ text: `\n| | |\n| --- | --- |\n${block.facts.map((fact) => markdownLine(fact)).join('')}`, drop }];
}

function tableText({ caption, columns, rows, more }: TableBlock): string {
  const rule = `|${columns.map(({ kind }) => (kind === 'number' ? ' ---: |' : ' --- |')).join('')}\n`;
  const lines = rows.map((row) =>
    markdownLine(row.map((text, at) => (columns[at]?.kind === 'name' ? cut(text) : text))),
  );
  const left = more === 0 ? '' : `\nand ${countOf(more, 'more row')}, in the JSON report (\`--format json\`)\n`;
  const header = markdownLine(columns.map(({ header: text }) => text));
  return `\n${escapeMarkdown(caption)}\n\n${header}${rule}${lines.join('')}${left}`;
}

const shownWidth = 48;
const longestRead = 2000;

function cut(text: string): string {
  return cutToWidth(escapeUnsafe(text.slice(0, longestRead)), shownWidth);
}
