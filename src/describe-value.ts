import { quoteText } from './quote-text.ts';

/** Describes a value briefly for a message: `'text'`, `3`, `null`, `an array`, `an object of class Date`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  if (Array.isArray(value)) return 'an array';
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== 'Object' ? `an object of class ${quoteText(name, '')}` : 'an object';
}
