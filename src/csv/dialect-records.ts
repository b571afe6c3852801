import type { CastingContext, CsvError } from 'csv-parse';
import { BacktestExportError, isError, quoteText, type ErrorCode } from '../errors.ts';
import type { StorageFile } from '../storage/storage.ts';
import { decodeDefaults } from '../batch/decode-options.ts';
import { loadCsvParse } from './load-csv-parse.ts';
import { feedDialect, type DialectOptions, type FedText } from './dialect-text.ts';

/** One record of a dialect file, as text. */
export interface DialectRecord {
  readonly cells: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
}

const codes = new Map<string, ErrorCode>([
  ['CSV_RECORD_INCONSISTENT_FIELDS_LENGTH', 'CSV_FIELD_COUNT'],
  ['CSV_RECORD_INCONSISTENT_COLUMNS', 'CSV_FIELD_COUNT'],
  ['CSV_QUOTE_NOT_CLOSED', 'CSV_QUOTE_UNCLOSED'],
  ['INVALID_OPENING_QUOTE', 'CSV_QUOTE_STRAY'],
  ['CSV_INVALID_CLOSING_QUOTE', 'CSV_QUOTE_STRAY'],
  ['CSV_MAX_RECORD_SIZE', 'CSV_RECORD_TOO_LONG'],
]);

/**
 * Reads the records of a file through `csv-parse`, in bounded memory. Empty lines are skipped, a byte-order mark is
 * dropped, and so is Excel's first line `sep=;` if it names the delimiter. Lines end in LF or CRLF, as everywhere: a lone
 * carriage return outside of quotes is refused. Returns how the text ended.
 * @throws codes under CSV text of `docs/errors.md`, with record and line; `READ_FAILED` for any other error.
 */
export async function* parseDialect(
  file: StorageFile,
  options: DialectOptions,
): AsyncGenerator<DialectRecord, FedText, undefined> {
  const parse = await loadCsvParse();
  const { dialect } = options;
  const quote = dialect.quote ?? '"';
  const places = new Places(file);
  const parser = parse({
    delimiter: dialect.delimiter ?? ',',
    quote,
    escape: dialect.escape ?? quote,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: options.recordLimit ?? decodeDefaults.recordLimit,
    cast: (text, context) => places.pass(text, context),
  });
  const fed: FedText = { unterminated: false, linesBefore: 0 };
  const feeding = feedDialect(parser, file, options, fed);
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      yield { cells, line: places.takeRecord() + fed.linesBefore };
    }
    return fed;
  } catch (error) {
    throw places.translate(error, fed.linesBefore);
  } finally {
    parser.destroy();
    await feeding;
  }
}

type ParserError = CsvError & { records?: number; empty_lines?: number };

/** The lines of fields and records as the parser reads them; it runs ahead of the consumer of the records. */
class Places {
  readonly #file: StorageFile;
  /** First lines of the records that have not been taken yet. */
  readonly #starts: number[] = [];
  /** The last field: the line it ends on, empty lines before it, its record. */
  #line = 0;
  #emptyLines = 0;
  #record = -1;
  /** Where the current record begins. */
  #start = 1;

  constructor(file: StorageFile) {
    this.#file = file;
  }

  /** Records a field's place and returns its text. */
  pass(text: string, { index, lines, empty_lines: emptyLines, records, quoting }: CastingContext): string {
    const begins = this.#beginsOn(records, emptyLines);
    if (index === 0) {
      this.#start = begins;
      this.#starts.push(begins);
    }
    if (!quoting && text.includes('\r')) {
      const problem = 'a carriage return without a line feed; lines end in LF or CRLF';
      const position = { file: this.#file.path, record: records, line: begins };
      throw new BacktestExportError('CSV_LINE_END_INVALID', problem, { position });
    }
    this.#line = lines;
    this.#emptyLines = emptyLines;
    this.#record = records;
    return text;
  }

  /** The line on which the next record to be taken begins. */
  takeRecord(): number {
    return this.#starts.shift() ?? this.#start;
  }

  /** Translates an error of the parser; the place of a quote is where it opens. */
  translate(error: unknown, linesBefore: number): unknown {
    if (error instanceof BacktestExportError) return linesBefore === 0 ? error : shiftLine(error, linesBefore);
    const { code, records = 0, empty_lines: emptyLines = 0 } = error as Partial<ParserError>;
    if (typeof code !== 'string' || !isError(error)) return error;
    const known = codes.get(code) ?? 'READ_FAILED';
    const inField = known === 'CSV_QUOTE_STRAY' || known === 'CSV_QUOTE_UNCLOSED';
    const started = this.#record === records;
    const line = started && !inField ? this.#start : this.#beginsOn(records, emptyLines);
    const position = { file: this.#file.path, record: records, line: line + linesBefore };
    return new BacktestExportError(known, describe(known, error.message), { position, cause: error });
  }

  /** The line on which the field after the last one begins. */
  #beginsOn(record: number, emptyLines: number): number {
    return record === this.#record ? this.#line : this.#line + 1 + emptyLines - this.#emptyLines;
  }
}

/** The parser counts lines differently where quotes span lines. */
function describe(code: ErrorCode, message: string): string {
  const counts = /\bexpect (\d{1,9}), got (\d{1,9})/.exec(message);
  if (code === 'CSV_FIELD_COUNT' && counts !== null) return `expected ${counts[1]} fields, found ${counts[2]}`;
  if (code === 'CSV_QUOTE_UNCLOSED') return 'the quote that opens here is not closed before the end of the file';
  if (code === 'CSV_QUOTE_STRAY')
    return 'a quote inside an unquoted field, or text after the quote that closes the one here';
  return quoteText(message, '');
}

function shiftLine(error: BacktestExportError, lines: number): BacktestExportError {
  const { line } = error.position;
  if (error.code !== 'CSV_LINE_END_INVALID' || line === undefined) return error;
  return new BacktestExportError(error.code, error.problem, { position: { ...error.position, line: line + lines } });
}
