import { BatchBuilder, type BuilderCell } from '../batch/columns/batch-builder.ts';
import type { ColumnBatch } from '../batch/columns/column-batch.ts';
import { decodeDefaults, mostHeaderRecords, type PartNotes } from '../batch/decode-options.ts';
import { BacktestExportError, quoteText, type ErrorPosition } from '../errors.ts';
import { columnsByField, fieldsOf } from '../schema/fields.ts';
import { inferSchema } from '../schema/infer-schema.ts';
import { notDefined, parseNumberText } from '../schema/number-text.ts';
import type { ColumnSchema, TableSchema } from '../schema/schema.ts';
import { joinSpellings, parseTimeText } from '../schema/time-text.ts';
import type { StorageFile } from '../storage/storage.ts';
import { parseDialect } from './dialect-records.ts';
import type { DialectOptions, FedText } from './dialect-text.ts';
import { headerMissing, headerRepeated } from './header.ts';

// with what reads a header of it, as one file of the package
export { parseDialect } from './dialect-records.ts';

/**
 * Decodes one CSV part that is not in Forecast's own dialect: other delimiters, quotes, decimal signs or encodings.
 * The same contract as `decodeCsv`; `csv-parse` parses the text, far slower. Positions are record and line; the byte is
 * known only of text that is invalid in its encoding.
 */
export async function* decodeCsvDialect(
  file: StorageFile,
  options: DialectOptions,
  check: (schema: TableSchema) => void = () => undefined,
): AsyncGenerator<ColumnBatch, PartNotes, undefined> {
  let run: DialectRun | undefined;
  const records = parseDialect(file, options);
  let unterminated = false;
  try {
    for (;;) {
      const next = await records.next();
      if (next.done === true) {
        unterminated = next.value.unterminated;
        break;
      }
      const { cells, line } = next.value;
      if (run === undefined) {
        const schema = inferSchema(cells, { file: file.path, record: 0, line }, options.columnRules);
        check(schema);
        run = new DialectRun(file, schema, options);
      } else if (run.add(cells, line)) yield run.take();
    }
  } finally {
    await records.return(neverFed);
  }
  if (run === undefined) throw headerMissing(file.path);
  if (run.hasRows) yield run.take();
  await file.assertUnchanged();
  return run.notes(unterminated);
}

const neverFed: FedText = { unterminated: false, linesBefore: 0 };

/** The text of a field, without the byte-order mark that the first one has if parts were concatenated. */
function withoutMark(text: string, index: number): string {
  return index === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The state of decoding one part. */
class DialectRun {
  readonly #file: StorageFile;
  readonly #schema: TableSchema;
  readonly #options: DialectOptions;
  readonly #order: readonly { column: ColumnSchema; index: number }[];
  readonly #header: readonly string[];
  readonly #builder: BatchBuilder;
  readonly #spellings = new Map<string, number>();
  readonly #nullTexts: ReadonlySet<string>;
  #records = 0;
  #repeatedHeaders = 0;
  readonly #headerRecords: number[] = [];

  constructor(file: StorageFile, schema: TableSchema, options: DialectOptions) {
    this.#file = file;
    this.#schema = schema;
    this.#options = options;
    const fields = columnsByField(schema);
    this.#header = fieldsOf(schema).map((field) => field.name);
    this.#nullTexts = new Set(options.dialect.nullTexts);
    const names = options.columns ?? schema.columns.map((column) => column.name);
    this.#order = names.flatMap((name) => {
      const index = fields.findIndex((column) => column?.name === name);
      const column = fields[index];
      return column === undefined ? [] : [{ column, index }];
    });
    this.#builder = new BatchBuilder(this.#order.map(({ column }) => column));
  }

  get hasRows(): boolean {
    return this.#builder.rows > 0;
  }

  /** Adds a record; returns whether the batch is full. */
  add(cells: readonly string[], line: number): boolean {
    const position = { file: this.#file.path, record: this.#records + 1, line };
    if (cells.every((text, index) => withoutMark(text, index) === this.#header[index])) {
      if (this.#options.repeatedHeaders !== 'skip') throw headerRepeated(position);
      this.#repeatedHeaders++;
      if (this.#headerRecords.length < mostHeaderRecords) this.#headerRecords.push(this.#records);
      return false;
    }
    this.#builder.add(this.#order.map(({ column, index }) => this.#cell(column, cells[index] ?? '', position)));
    this.#records++;
    return this.#builder.rows >= (this.#options.batchRows ?? decodeDefaults.batchRows);
  }

  take(): ColumnBatch {
    return this.#builder.take(this.#spellings);
  }

  notes(unterminated: boolean): PartNotes {
    return {
      file: this.#file.path,
      schema: this.#schema,
      records: this.#records,
      bytes: this.#file.size,
      blankLines: 0,
      repeatedHeaders: this.#repeatedHeaders,
      ...(this.#headerRecords.length === 0 ? {} : { headerRecords: this.#headerRecords }),
      unterminatedLastRow: unterminated,
      byteOrderMark: false,
      lineEnds: 'none',
      timeSpellings: this.#spellings,
    };
  }

  #cell(column: ColumnSchema, text: string, position: ErrorPosition): BuilderCell {
    if (column.kind === 'text') return text;
    if (text === '' || this.#nullTexts.has(text)) return null;
    const place = { position: { ...position, column: column.name } };
    if (column.kind === 'time') {
      const time = parseTimeText(text);
      if (time === undefined) {
        const problem = `expected a time such as 2017-06-19T00:00:00, found ${quoteText(text)}`;
        throw new BacktestExportError('TIME_INVALID', problem, place);
      }
      this.#spellings.set(column.name, joinSpellings(this.#spellings.get(column.name) ?? 0, time.spelling));
      return time.milliseconds;
    }
    if (column.allowsNotDefined && text === notDefined) return undefined;
    const decimal = this.#options.dialect.decimal ?? '.';
    const value = decimal !== '.' && text.includes('.') ? 'invalid' : parseNumberText(text.replace(decimal, '.'));
    if (typeof value === 'number') return value;
    const [code, problem] =
      value === 'overflow'
        ? (['NUMBER_OVERFLOW', `${quoteText(text)} is out of range for a double`] as const)
        : (['NUMBER_INVALID', `expected a number, found ${quoteText(text)}`] as const);
    throw new BacktestExportError(code, problem, place);
  }
}
