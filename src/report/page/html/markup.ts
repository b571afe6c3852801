import { escapeUnsafe } from '../../../quote-text.ts';

/** Text that is HTML already. Only {@link markup} and {@link trusted} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: text is escaped, markup and lists of it are taken as they are, nothing is left out. */
export type Piece = string | number | Markup | undefined | readonly Piece[];

/**
 * HTML from a template: the one place where text becomes part of a page. Everything that is put in is escaped, for text and for
 * attributes in double quotes, unless it is {@link Markup}; control, direction and invisible characters become visible
 * escapes, so that no text of the data can close an element or an attribute, or turn the line around it.
 */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, piece] of pieces.entries()) text += textOf(piece) + (strings[index + 1] ?? '');
  return new Markup(text);
}

/** HTML that this program has made by other means, such as a chart or a style: never text of the data. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Text with everything escaped that HTML could take for more than text. */
export function escapeHtml(text: string): string {
  return escapeUnsafe(text).replaceAll(/[&<>"'`=]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function textOf(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  let text = '';
  for (const each of piece) text += textOf(each);
  return text;
}
