/** A name in double quotes, as standard SQL has it. */
export function quoteStandardName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name in backticks, as Hive and Spark have it. */
export function quoteHiveName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text of standard SQL, in which a backslash is plain. */
export function quoteStandardText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text of Hive and Spark, in which a backslash begins an escape; Spark puts in the value of `${NAME}` before it looks for quotes. */
export function quoteHiveText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\u0024{')}'`;
}

/** The digits of a literal of type DOUBLE: with an exponent, as a number without one is a DECIMAL or an integer. In brackets where negative. */
export function doubleDigits(value: number, suffix = ''): string {
  const [digits = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const literal = `${digits}E${exponent.replace('+', '')}${suffix}`;
  return value < 0 || Object.is(value, -0) ? `(-${literal})` : literal;
}

/** The largest double. */
export const largest: number = Number.MAX_VALUE;

/** Whether a text is of the characters of decimal numbers alone: of such texts Java takes the same for a number as this library. */
export function isPlainNumber(text: string): string {
  return `translate(${text}, '0123456789+-.eE', '') = ''`;
}
