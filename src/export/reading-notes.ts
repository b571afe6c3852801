import type { PartNotes } from '../batch/decode-options.ts';
import { timeSpellings } from '../schema/time-text.ts';

/** Something odd about the text of parts that were read without an error. */
export interface ReadingNote {
  readonly code:
    | 'BLANK_LINES'
    | 'HEADER_REPEATED'
    | 'LAST_ROW_UNTERMINATED'
    | 'BYTE_ORDER_MARK'
    | 'LINE_ENDS_MIXED'
    | 'TIME_SPELLINGS_MIXED'
    | 'PAGES_UNCHECKED';
  readonly message: string;
  /** How often: lines, headers, parts or columns, as the message says. */
  readonly count: number;
  /** The first parts concerned. */
  readonly files: readonly string[];
}

const mostFiles = 5;

/** Notes on all parts together, in a fixed order; the order of the parts does not show. */
export function describeNotes(parts: readonly PartNotes[]): ReadingNote[] {
  const sorted = [...parts].sort((a, b) => (a.file < b.file ? -1 : 1));
  const note = (code: ReadingNote['code'], message: string, count: (part: PartNotes) => number): ReadingNote[] => {
    const concerned = sorted.filter((part) => count(part) > 0);
    const files = concerned.slice(0, mostFiles).map((part) => part.file);
    const total = concerned.reduce((sum, part) => sum + count(part), 0);
    return concerned.length === 0 ? [] : [{ code, message, count: total, files }];
  };
  return [
    ...note('BLANK_LINES', 'empty lines were skipped', (part) => part.blankLines),
    ...note('HEADER_REPEATED', 'header lines inside the data were skipped', (part) => part.repeatedHeaders),
    ...note(
      'LAST_ROW_UNTERMINATED',
      'parts end without a line end: a cut inside the last number could not be seen',
      (part) => Number(part.unterminatedLastRow),
    ),
    ...note('BYTE_ORDER_MARK', 'parts start with a byte-order mark, which was dropped', (part) =>
      Number(part.byteOrderMark),
    ),
    ...note('LINE_ENDS_MIXED', 'parts mix LF and CRLF line ends', (part) => Number(part.lineEnds === 'mixed')),
    ...note('TIME_SPELLINGS_MIXED', 'time columns spell times in more than one way', mixedColumns),
    ...note(
      'PAGES_UNCHECKED',
      'Parquet pages have no checksum: damage within them could not be seen',
      (part) => part.pages?.unchecked ?? 0,
    ),
  ];
}

function mixedColumns(part: PartNotes): number {
  return [...part.timeSpellings.values()].filter((bits) => (bits & timeSpellings.mixed) !== 0).length;
}
