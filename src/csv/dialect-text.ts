import { BacktestExportError, quoteText } from '../errors.ts';
import type { StorageFile } from '../storage/storage.ts';
import { decodeDefaults, type CsvDialect, type DecodeOptions } from '../batch/decode-options.ts';
import type { DialectParser } from './dialect-parser.ts';

/** How the parser's input differs from the file's text. */
export interface FedText {
  /** Whether a line feed was added, because the file ends without one. */
  unterminated: boolean;
  /** Lines that the parser does not receive. */
  linesBefore: number;
}

/** Options of decoding text that is not in Forecast's own dialect. */
export type DialectOptions = DecodeOptions & { readonly dialect: CsvDialect };

/** Characters that decide whether the first line is `sep=;`. */
const sepLength = 'sep=;\r\n'.length;

/**
 * Writes a file's text to the parser as fast as it is accepted, and records in `fed` what was added and left out. Never
 * rejects: the parser receives the error.
 */
export async function feedDialect(
  parser: DialectParser,
  file: StorageFile,
  options: DialectOptions,
  fed: FedText,
): Promise<void> {
  try {
    const decoder = new TextDecoder(options.dialect.encoding ?? 'utf-8', { fatal: true });
    const buffer = new Uint8Array(options.chunkBytes ?? decodeDefaults.chunkBytes);
    let head: string | undefined = '';
    let last = '\n';
    for (let position = 0; position < file.size && !parser.destroyed;) {
      options.signal?.throwIfAborted();
      const length = await file.read(buffer, position);
      let text = await decodeText(decoder, buffer.subarray(0, length), { parser, file, options, position });
      position += length;
      last = text.at(-1) ?? last;
      if (head !== undefined) {
        head += text;
        if (head.length < sepLength && position < file.size) continue;
        text = passSepLine(head, file, options.dialect, fed);
        head = undefined;
      }
      await write(parser, text);
    }
    await decodeText(decoder, undefined, { parser, file, options, position: file.size });
    if (last !== '\n') {
      fed.unterminated = true;
      await write(parser, '\n');
    }
    if (!parser.destroyed) parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

/** Skips the line in which Excel names the delimiter. @throws `OPTION_INVALID` if a different one was given */
function passSepLine(head: string, file: StorageFile, dialect: CsvDialect, fed: FedText): string {
  const found = sepLine(head);
  if (found === undefined) return head;
  const { delimiter = ',' } = dialect;
  if (found.delimiter !== delimiter) {
    const problem =
      `the first line, 'sep=${found.delimiter}', says that the delimiter is ${quoteText(found.delimiter)}, ` +
      `but ${quoteText(delimiter)} was given`;
    throw new BacktestExportError('OPTION_INVALID', problem, { position: { file: file.path, line: 1 } });
  }
  fed.linesBefore = 1;
  return head.slice(found.length);
}

/** The delimiter that the first line names, as Excel writes and reads it; undefined for any other line. */
export function sepLine(head: string): { readonly delimiter: string; readonly length: number } | undefined {
  const match = /^sep=([^\r\n])(?:\r\n|\n)/i.exec(head.slice(0, sepLength));
  return match?.[1] === undefined ? undefined : { delimiter: match[1], length: match[0].length };
}

async function write(parser: DialectParser, text: string): Promise<void> {
  if (!parser.destroyed && !parser.write(text)) await drained(parser);
}

/** Waits until the parser accepts more input or has ended; removes its listeners. */
function drained(parser: DialectParser): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      parser.off('drain', done);
      parser.off('close', done);
      resolve();
    };
    parser.on('drain', done);
    parser.on('close', done);
  });
}

/** Where a piece of text is decoded. */
interface DecodePlace {
  readonly parser: DialectParser;
  readonly file: StorageFile;
  readonly options: DialectOptions;
  /** Offset of the piece in the file. */
  readonly position: number;
}

async function decodeText(decoder: TextDecoder, bytes: Uint8Array | undefined, place: DecodePlace): Promise<string> {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw await invalidText(decoder.encoding, place, cause);
  }
}

/**
 * Finds the invalid character by decoding the file once more up to it, because some encodings can be decoded only from
 * the start. The parser gets the text before it, so that it knows the record.
 */
async function invalidText(
  encoding: string,
  { parser, file, options, position }: DecodePlace,
  cause: unknown,
): Promise<BacktestExportError> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const buffer = new Uint8Array((options.chunkBytes ?? decodeDefaults.chunkBytes) + longestCharacter);
  // a character may begin before the piece in which it turns out to be invalid
  const exactFrom = Math.max(0, position - longestCharacter);
  let line = 1;
  for (let at = 0; at < exactFrom;) {
    options.signal?.throwIfAborted();
    const length = await file.read(buffer.subarray(0, Math.min(buffer.length, exactFrom - at)), at);
    line += countLines(decoder.decode(buffer.subarray(0, length), { stream: true }));
    at += length;
  }
  const length = await file.read(buffer, exactFrom);
  const { before, text, byte } = decodeUpTo(decoder, buffer.subarray(0, length), exactFrom, position);
  line += countLines(before) + countLines(text);
  // the parser looks at its last few characters only when others follow
  const follows = (options.dialect.delimiter ?? ',').repeat(longestCharacter);
  await write(parser, (position === 0 ? text.slice(sepLine(text)?.length ?? 0) : text) + follows);
  const { records } = parser.info;
  const problem = `the text is not valid ${encoding} from here on`;
  const place = { file: file.path, record: records, line, byte };
  return new BacktestExportError('CSV_UTF8_INVALID', problem, { position: place, cause });
}

/** More bytes than a character has in any encoding. */
const longestCharacter = 16;

/** Decodes up to an invalid character, byte by byte; returns the text before and after `position`, and where that begins. */
function decodeUpTo(
  decoder: TextDecoder,
  bytes: Uint8Array,
  start: number,
  position: number,
): { before: string; text: string; byte: number } {
  let before = '';
  let text = '';
  let byte = start;
  for (let at = 0; at < bytes.length; at++) {
    try {
      const piece = decoder.decode(bytes.subarray(at, at + 1), { stream: true });
      // text is returned at the end of a character
      if (piece !== '') byte = start + at + 1;
      if (start + at < position) before += piece;
      else text += piece;
    } catch {
      break;
    }
  }
  return { before, text, byte };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
