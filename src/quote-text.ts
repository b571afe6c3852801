/** The most characters of a text that a message or table shows. */
const longestQuote = 200;
/** The most characters of a whole message. */
const longestMessage = 2000;
/** The most characters of the ending that marks a shortened text. */
const longestEnding = 40;
/** The most texts of a list that a message shows. */
const longestList = 20;

/**
 * What must not reach a terminal, page or log unescaped: control characters, text direction marks, invisible characters
 * (zero width, soft hyphen, tags, variation selectors except after a pictograph), line and paragraph separators, lone
 * surrogates. Uses Unicode's general categories and default ignorability instead of a list, so that none is missed.
 */
const unsafe =
  /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Printable ASCII only: the common case, which never needs escaping. */
const plain = /^[\x20-\x7e]*$/;

/**
 * Makes text from a file or network safe to show: escaped as by {@link escapeUnsafe} and shortened to 200 characters,
 * so that data can neither flood nor forge a message. Never splits a character.
 */
export function quoteText(text: string, quote = "'"): string {
  return quote + cutText(asText(text), longestQuote) + quote;
}

/** The whole text with unsafe characters escaped as `\n`, `\u061c` or `\u{e0001}`. */
export function escapeUnsafe(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, escapeCharacter);
}

/** The same for JSON text, in JSON's own escapes: `\u061c`, or two of them for a character beyond 16 bits. */
export function escapeJson(json: string): string {
  if (plain.test(json)) return json;
  return json.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join(''),
  );
}

/** {@link escapeUnsafe} for text of several lines, such as a stack trace. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeUnsafe).join('\n');
}

/** Makes an error message safe to show and shortens it to 2,000 characters. Idempotent. */
export function boundMessage(message: string): string {
  const text = asText(message);
  return text.length <= longestMessage + longestEnding ? escapeUnsafe(text) : cutText(text, longestMessage);
}

/** `'a', 'b' and 3 more`: the first `most` texts of a list, escaped, for a message. */
export function quoteList(texts: readonly string[], most: number = longestList, quote = "'"): string {
  const shown = texts.slice(0, most).map((text) => quoteText(text, quote));
  return joinList(shown, texts.length);
}

/** The same without quotes, for names that need none. */
export function nameList(names: readonly string[], most: number = longestList): string {
  return quoteList(names, most, '');
}

/** Joins the first few of `total` texts and says how many are left out. */
export function joinList(shown: readonly string[], total: number): string {
  const left = total - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}

/** At most `most` characters of the escaped text; a shortened text is followed by its full length. */
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

/** A caller without types can give anything, and the constructor of an error must not throw another one. */
function asText(given: unknown): string {
  if (typeof given === 'string') return given;
  try {
    return String(given);
  } catch {
    return 'an object';
  }
}
