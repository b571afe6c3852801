import { BacktestExportError, quoteText } from '../../errors.ts';

/**
 * The unquoted names of a table's path, as SQL has it: `lake.bike`, `hive."my schema".bike`.
 * @throws `OPTION_INVALID` for another text, and for more than three names
 */
export function parseTablePath(what: string, text: string): string[] {
  const names: string[] = [];
  let at = 0;
  while (at < text.length || names.length === 0) {
    const end = endOfName(text, at);
    const name = readName(text.slice(at, end));
    if (name === undefined || (end < text.length && text[end] !== '.') || end === text.length - 1) break;
    names.push(name);
    at = end + 1;
  }
  if (at > text.length && names.length <= mostNames) return names;
  const problem = `${what}: expected the name of a table, such as bike or lake.bike, found ${quoteText(text)}`;
  throw new BacktestExportError('OPTION_INVALID', problem);
}

/** Catalog, schema, table. */
const mostNames = 3;
const quotes = ['"', '`'];

/** Where the name that begins at `from` ends: at a dot outside of quotes, or at the end of the text. */
function endOfName(text: string, from: number): number {
  const quote = text[from] ?? '';
  if (!quotes.includes(quote)) {
    const dot = text.indexOf('.', from);
    return dot < 0 ? text.length : dot;
  }
  let at = from + 1;
  while (at < text.length && (text[at] !== quote || text[at + 1] === quote)) at += text[at] === quote ? 2 : 1;
  return Math.min(text.length, at + 1);
}

/** A name without its quotes; undefined for what is none. */
function readName(text: string): string | undefined {
  const quote = text[0] ?? '';
  const isQuoted = quotes.includes(quote);
  if (isQuoted && (text.length < 3 || text.at(-1) !== quote)) return undefined;
  const name = isQuoted ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
  return /^\P{Cc}{1,200}$/u.test(name) && name.trim() === name ? name : undefined;
}
