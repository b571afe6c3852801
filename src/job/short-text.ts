import { describeValue } from '../describe-value.ts';
import { isError } from '../errors.ts';

/** The most characters of a message in a response, a job or a log line. */
const most = 1000;

/** Makes a text safe for a message: shortened to 1,000 characters, with line breaks and direction controls escaped. */
export function shortText(given: string): string {
  const text = typeof given === 'string' ? given : describeValue(given);
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  return cut.replace(unsafe, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** The message of a thrown value, made safe. */
export function messageOf(error: unknown): string {
  return shortText(isError(error) ? error.message : describeValue(error));
}

/** Whether a text contains characters that can forge or hide a name. */
export function isUnsafe(text: string): boolean {
  return text.search(unsafe) >= 0;
}

/** Controls, line separators, lone surrogates, bidirectional controls, byte-order marks. */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
