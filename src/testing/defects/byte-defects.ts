import { encodeUtf16, pretendParquet, wrapGzip, wrapZip } from './containers.ts';
import { joinBytes } from '../../storage/join-bytes.ts';
import type { DefectNameOf } from './names.ts';
import { endOf, placeOf, type PlantedPlace } from './raw-table.ts';
import { choosePart, type ChosenPart, type DefectInfo, type DefectPlace, type DefectSite } from './site.ts';

/** A defect of a part's bytes: the new bytes, and where they differ. */
export interface ByteDefect extends DefectInfo {
  readonly edit: (part: ChosenPart) => { readonly bytes: Uint8Array; readonly place: PlantedPlace };
}

const carriageReturn = 13;
const newline = 10;
const wholeFile: PlantedPlace = { byte: 0 };

/** Every byte defect by its name. */
export const byteDefects: Readonly<Record<DefectNameOf<'byte'>, ByteDefect>> = {
  'byte-order-mark': {
    description: 'a UTF-8 byte-order mark before the header: dropped',
    edit: ({ bytes }) => ({ bytes: joinBytes(Uint8Array.of(0xef, 0xbb, 0xbf), bytes), place: wholeFile }),
  },
  crlf: {
    description: 'CRLF line ends throughout: accepted',
    edit: (part) => ({ bytes: withLineEnds(part, () => true), place: wholeFile }),
  },
  'mixed-line-ends': {
    description: 'CRLF and LF line ends mixed: accepted and counted',
    edit: (part) => ({
      bytes: withLineEnds(part, (record) => record === part.record),
      place: { ...placeOf(part.raw, part.record), byte: endOf(part.raw, part.record) - 1 },
    }),
  },
  'lone-cr': {
    description: 'a record that ends in a CR without LF',
    expects: 'CSV_LINE_END_INVALID',
    edit: (part) => {
      const byte = endOf(part.raw, part.record) - 1;
      const bytes = part.bytes.slice();
      bytes[byte] = carriageReturn;
      return { bytes, place: { ...placeOf(part.raw, part.record), byte } };
    },
  },
  'no-final-newline': {
    description: 'no line end after the last record: accepted and flagged',
    edit: (part) => ({
      bytes: part.bytes.slice(0, -1),
      place: { ...placeOf(part.raw, part.raw.rows.length - 1), byte: part.bytes.length - 1 },
    }),
  },
  'blank-lines': {
    description: 'two blank lines among the records and one at the end: skipped and counted',
    edit: (part) => {
      const byte = endOf(part.raw, part.record);
      const blank = Uint8Array.of(newline, newline);
      const bytes = joinBytes(part.bytes.subarray(0, byte), blank, part.bytes.subarray(byte), blank.subarray(1));
      return { bytes, place: { byte } };
    },
  },
  'cut-mid-row': {
    description: 'the file ends inside its last record, after two fields',
    expects: 'CSV_FIELD_COUNT',
    edit: (part) => {
      const last = part.raw.rows.length - 1;
      const cut = (placeOf(part.raw, last, 2).byte ?? 0) - 1;
      return { bytes: part.bytes.slice(0, cut), place: placeOf(part.raw, last) };
    },
  },
  'invalid-utf8': {
    description: 'a byte 0xFF before an item id',
    expects: 'CSV_UTF8_INVALID',
    edit: (part) => {
      const place = placeOf(part.raw, part.record, 0);
      const inside = part.bytes[place.byte ?? 0] === 34 ? 1 : 0;
      const byte = (place.byte ?? 0) + inside;
      const bytes = joinBytes(part.bytes.subarray(0, byte), Uint8Array.of(0xff), part.bytes.subarray(byte));
      return { bytes, place: { ...place, byte } };
    },
  },
  'gzip-as-csv': notText('a gzip file named .csv', (part) => wrapGzip(part.bytes)),
  'zip-as-csv': notText('a zip archive named .csv', (part) => wrapZip(part.bytes, 'part.csv')),
  'utf16-as-csv': notText('UTF-16 text with its byte-order mark', (part) => encodeUtf16(part.bytes)),
  'parquet-as-csv': notText('a Parquet file named .csv', pretendParquet),
};

/** Plants one of {@link byteDefects}. */
export function plantByteDefect(site: DefectSite, defect: ByteDefect): DefectPlace {
  const part = choosePart(site);
  const { bytes, place } = defect.edit(part);
  site.draft.files.set(part.path, bytes);
  return { path: part.path, ...place };
}

function notText(description: string, wrap: (part: ChosenPart) => Uint8Array): ByteDefect {
  return { description, expects: 'CSV_NOT_TEXT', edit: (part) => ({ bytes: wrap(part), place: wholeFile }) };
}

/** The part with CRLF after the chosen rows (0 is the header). */
function withLineEnds(part: ChosenPart, isChosen: (record: number) => boolean): Uint8Array {
  const lines = part.raw.rows.map((row, record) => `${row.join(',')}${isChosen(record) ? '\r\n' : '\n'}`);
  return new TextEncoder().encode(lines.join(''));
}
