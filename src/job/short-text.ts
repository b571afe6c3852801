/** Characters of a message at most: of an answer, a job, a line of a log. */
const most = 1000;

/** A text that is safe in a message: cut at 1,000 characters, what could forge a line or turn its direction escaped. */
export function shortText(text: string): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  return cut.replace(unsafe, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** The message of whatever was thrown, made safe. */
export function messageOf(error: unknown): string {
  return shortText(error instanceof Error ? error.message : String(error));
}

/** Whether a text holds what can forge or hide a name. */
export function isUnsafe(text: string): boolean {
  return text.search(unsafe) >= 0;
}

/** Controls, line separators, lone surrogates, bidirectional controls, byte-order marks. */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
