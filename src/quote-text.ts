/** Characters of a text that a message or a table shows. */
const longestQuote = 200;
/** Characters of a whole message. */
const longestMessage = 2000;
/** Characters of what stands behind a text that was cut. */
const longestEnding = 40;
/** Texts of a list that a message shows. */
const longestList = 20;

/**
 * What must not reach a terminal, a page or a log as it is: control characters, what sets the direction of text, what is
 * not seen at all (zero width, soft hyphen, tags, variation selectors but those behind a picture), line and paragraph
 * separators, lone surrogates. By general category and default ignorability of Unicode, so that nothing is forgotten.
 */
const unsafe =
  /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of printable ASCII alone, which is most of all text and holds nothing of {@link unsafe}. */
const plain = /^[\x20-\x7e]*$/;

/**
 * Text from a file or a network, safe to show: escaped as {@link escapeUnsafe} does, cut at 200 characters, so that data can
 * neither flood nor forge a message. A character is never cut in two.
 */
export function quoteText(text: string, quote = "'"): string {
  return quote + cutText(text, longestQuote) + quote;
}

/** The whole text with its unsafe characters as `\n`, `\u061c` or `\u{e0001}`. */
export function escapeUnsafe(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, escapeCharacter);
}

/** The same in JSON text, as JSON writes characters: `\u061c`, or two such escapes for a character beyond 16 bits. */
export function escapeJson(json: string): string {
  if (plain.test(json)) return json;
  return json.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join(''),
  );
}

/** {@link escapeUnsafe} of text over several lines, such as a stack. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeUnsafe).join('\n');
}

/** The message of an error: whatever went into it is safe to show, and cut at 2,000 characters. Harmless when repeated. */
export function boundMessage(text: string): string {
  return text.length <= longestMessage + longestEnding ? escapeUnsafe(text) : cutText(text, longestMessage);
}

/** `'a', 'b' and 3 more`: the first few texts of a list for a message, each shown safely. */
export function quoteList(texts: readonly string[], most: number = longestList): string {
  return joinList(
    texts.slice(0, most).map((text) => quoteText(text)),
    texts.length,
  );
}

/** The same without quotes, for names that need none. */
export function nameList(names: readonly string[], most: number = longestList): string {
  return joinList(
    names.slice(0, most).map((name) => quoteText(name, '')),
    names.length,
  );
}

/** Joins the first few texts of `total`, and says how many are left out. */
export function joinList(shown: readonly string[], total: number): string {
  const left = total - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}

/** At most `most` characters of the escaped text, and how long the text is when that is not all. */
function cutText(text: string, most: number): string {
  if (text.length <= most && plain.test(text)) return text;
  const escaped = escapeUnsafe(text.slice(0, most + 1));
  if (text.length <= most && escaped.length <= most) return escaped;
  let shown = '';
  for (const character of text.slice(0, most + 1)) {
    const next = escapeUnsafe(character);
    if (shown.length + next.length > most) break;
    shown += next;
  }
  return `${shown}… (${text.length} characters)`;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unitEscape(code);
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
