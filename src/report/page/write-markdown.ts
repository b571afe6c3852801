import type { Report } from '../base/report.ts';
import { composePage } from './compose-page.ts';
import { markdownPieces, type MarkdownPiece } from './markdown/render-markdown.ts';
import { checkPage, type PageOptions } from './page-options.ts';
import { countOf } from './words/measures.ts';

/** GitHub's limit of a comment, in characters. */
const mostCharacters = 65_536;
/** Most rows of a table, and fewer where the text would be too long. */
const rowLimits: readonly number[] = [60, 30, 10, 3];

/** What `reportToMarkdown` does: the most detailed text that is short enough. */
export async function writeMarkdown(report: Report, options: PageOptions): Promise<string> {
  await checkPage('reportToMarkdown', report, options);
  let pieces: MarkdownPiece[] = [];
  for (const most of rowLimits) {
    pieces = markdownPieces(composePage(report, options, most));
    if (lengthOf(pieces) <= mostCharacters) return textOf(pieces);
  }
  return textOf(withoutLeast(pieces));
}

/** Leaves out the least important pieces, then the last ones, until the text is short enough, and says so. */
function withoutLeast(pieces: readonly MarkdownPiece[]): MarkdownPiece[] {
  const left = new Set<MarkdownPiece>();
  const order = pieces.map((piece, index) => ({ piece, index }));
  order.sort((a, b) => b.piece.drop - a.piece.drop || b.index - a.index);
  let length = lengthOf(pieces);
  for (const { piece } of order) {
    if (length <= mostCharacters - noteLength) break;
    left.add(piece);
    length -= piece.text.length;
  }
  const note = `\nTo stay within GitHub's limit for a comment, ${countOf(left.size, 'part was', 'parts were')} left out: the JSON report (\`--format json\`) has every figure.\n`;
  return [...pieces.filter((piece) => !left.has(piece)), { text: note, drop: 0 }];
}

/** Room for the note. */
const noteLength = 200;

function lengthOf(pieces: readonly MarkdownPiece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}

function textOf(pieces: readonly MarkdownPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}
