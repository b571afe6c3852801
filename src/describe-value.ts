import { quoteText } from './quote-text.ts';

/** Describes a value briefly for a message: `'text'`, `3`, `null`, `an array`, `an object of class Date`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  if (isArray(value)) return 'an array';
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

/** False for a revoked proxy, too, which `Array.isArray` does not accept. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** A member of any value; undefined where there is none, and where it cannot be read. */
export function readMember(value: unknown, name: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/** Whether any value has a member; false, too, where that cannot be found out. */
export function hasMember(value: unknown, name: PropertyKey): boolean {
  try {
    return typeof value === 'object' && value !== null && name in value;
  } catch {
    return false;
  }
}
