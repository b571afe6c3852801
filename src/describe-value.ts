import { quoteText } from './quote-text.ts';

/** Describes a value briefly for a message: `'text'`, `3`, `null`, `an array`, `an object of class Date`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  if (Array.isArray(value)) return 'an array';
  const name = classOf(value);
  return name === undefined || name === 'Object' ? 'an object' : `an object of class ${quoteText(name, '')}`;
}

/** Undefined for an object without a class, and for one that throws when it is asked. */
function classOf(value: object): string | undefined {
  try {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
