import { escapeUnsafe } from '../../quote-text.ts';

/**
 * Text of data inside a line of GitHub-flavoured Markdown, also in a cell of a table: it is rendered as it is, without any
 * formatting. Characters with a meaning to Markdown get a backslash. A word that GitHub would turn into a mention, a reference, a
 * link, an emoji or a formula, which no backslash prevents, becomes a span of code.
 */
export function escapeMarkdown(text: string): string {
  const shown = escapeUnsafe(text);
  const escaped = active.test(shown) ? shown.split(/( +)/).map(escapeWord).join('') : escapeMarks(shown);
  // spaces at an end would be dropped, or four of them begin a block of code
  return escaped.replace(/^ | $/g, '&#32;');
}

/** The same at the beginning of a line or a list item, where a text could become a heading, a list or a rule. */
export function escapeMarkdownLine(text: string): string {
  return escapeMarkdown(text).replace(/^(?=[#+=-])|(?<=^\d{1,9})(?=[.)](?: |$))/, '\\');
}

/** A row of a Markdown table. */
export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
}

/**
 * `@name` and e-mail addresses, `#12` and `GH-12`, addresses with a scheme or `www.`, which may follow `_` as well as a space,
 * `:emoji:`, `$formula$`; and words that GitHub's links may go on into.
 */
const active =
  /@|#\d|:\/\/|(?<![a-z\d])(?:gh-\d|www\.|mailto:|xmpp:)|:[+\-\w]{0,64}(?:[a-z]|[+-]1|100|1234)[+\-\w]{0,64}:|\$/i;
const marks = /[\\`*_[\]<>|~&]|(?<!#)#+(?= *$)/g;

function escapeWord(word: string): string {
  return active.test(word) ? codeSpan(word) : escapeMarks(word);
}

function escapeMarks(text: string): string {
  return text.replace(marks, (mark) => mark.replaceAll(/./g, String.raw`\$&`));
}

/** A span of code; a vertical bar, which ends a cell even there, splits it in two. */
function codeSpan(word: string): string {
  return word
    .split('|')
    .map((piece) => (piece === '' ? '' : fence(piece)))
    .join('\\|');
}

function fence(piece: string): string {
  const longest = (piece.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const ticks = '`'.repeat(longest + 1);
  const space = piece.startsWith('`') || piece.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${piece}${space}${ticks}`;
}
