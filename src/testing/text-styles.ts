import type { TextStyle } from './options.ts';

const unicodeWords = ['größe', '商品', 'данные', 'naïve', '🚲', 'عنصر', 'e\u0301tude', 'ﬁ', '𝒳'];

const hostileWords = [
  'a,b',
  'say "hi"',
  'line\nbreak',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '@SUM(A1)',
  '-2+3',
  'tab\there',
  ' space before',
  'space after ',
  '1e5',
  '2017-06-19',
  'not defined',
  'NaN',
  "it's",
  'carriage\r\nreturn',
  '"',
  '__proto__',
  'größe',
  '007',
];

const formulas = ["=cmd|' /C calc'!A0", '=1+1', '+1+1', '-2+3', '@SUM(A1)', '=HYPERLINK("http://example.com")'];

/**
 * The text at `index` (from 0) of a column, different for each index below `count`; `base` is the prefix of plain text.
 * The unusual styles cycle through their list of words, adding a number after the first cycle.
 */
export function styleText(style: TextStyle, base: string, index: number, count: number): string {
  const digits = Math.max(4, String(count - 1).length);
  const number = String(index).padStart(digits, '0');
  switch (style) {
    case 'plain':
      return `${base}_${number}`;
    case 'digits':
      return String(index).padStart(digits + 2, '0');
    case 'unicode':
      return `${wordAt(unicodeWords, index)}-${number}`;
    case 'hostile':
      return numbered(hostileWords, index);
    case 'formulas':
    default:
      return numbered(formulas, index);
  }
}

function numbered(words: readonly string[], index: number): string {
  const round = Math.floor(index / words.length);
  return round === 0 ? wordAt(words, index) : `${wordAt(words, index)} ${round}`;
}

function wordAt(words: readonly string[], index: number): string {
  return words[index % words.length] ?? '';
}
