import type { Dialect } from './dialect.ts';
import { cellReaders } from './dialects.ts';
import type { NamePattern, SqlTable } from './sql-table.ts';

/**
 * The condition that keeps to the export's own parts, as lines: other exports, copies and whatever else lies in the folder is not
 * read. By the whole path where it is known, so that the engine does not even open other files, else by the file's name. DuckDB is given files,
 * not a folder, so that there is none.
 */
export function writePartFilter(dialect: Dialect, { location, parts }: SqlTable): string[] {
  if (dialect.name === 'duckdb') return [];
  const { filePath, fileName } = cellReaders[dialect.name];
  const byPath = dialect.name !== 'spark' && /^s3[an]?:\/\//.test(location);
  const [column, before] = byPath ? [filePath, location] : [fileName, ''];
  // of the path itself a pattern costs Trino nothing; of a name that is taken from it, 18 µs a row
  const likes = parts.patterns.map((pattern) =>
    dialect.name === 'spark' || byPath
      ? writeLike(dialect, column, escapeLike(before), pattern)
      : writeLike(dialect, filePath, '%/', pattern),
  );
  const listed = (names: readonly string[]): string[] => names.map((name) => dialect.quoteText(before + name));
  if (parts.patterns.length === 0) return writeIn(`${column} IN`, listed(parts.names));
  const lines = likes.map((like, index) => (index === 0 ? `(${like}` : `  OR ${like}`));
  const except = parts.except.length === 0 ? [] : writeIn(`  AND ${column} NOT IN`, listed(parts.except));
  return [...(likes.length === 1 ? likes : [...lines, ')']), ...except];
}

function writeIn(start: string, texts: readonly string[]): string[] {
  return [`${start} (`, ...texts.map((text, index) => `  ${text}${index < texts.length - 1 ? ',' : ''}`), ')'];
}

/** `before` is a pattern already. */
function writeLike({ quoteText }: Dialect, column: string, before: string, { start, end }: NamePattern): string {
  return `${column} LIKE ${quoteText(`${before}${escapeLike(start)}%${escapeLike(end)}`)} ESCAPE '!'`;
}

function escapeLike(text: string): string {
  return text.replaceAll(/[!%_]/g, (character) => `!${character}`);
}

/** The files as DuckDB takes them: patterns or names, with what is special in a pattern made plain. */
export function writeFileList({ quoteText }: Dialect, { location, parts }: SqlTable): string {
  const folder = escapeGlob(location);
  const files =
    parts.patterns.length > 0 && parts.except.length === 0
      ? parts.patterns.map(({ start, end }) => `${folder}${escapeGlob(start)}*${escapeGlob(end)}`)
      : parts.names.map((name) => folder + escapeGlob(name));
  const list = files.map((file) => quoteText(file));
  return list.length === 1 ? `[${list.join('')}]` : `[\n    ${list.join(',\n    ')}\n  ]`;
}

function escapeGlob(text: string): string {
  return text.replaceAll(/[*?[]/g, (character) => `[${character}]`);
}
