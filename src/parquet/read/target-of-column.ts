import type { ColumnKind } from '../../schema/schema.ts';
import type { ChunkTarget, IntegerSign } from '../values/chunk-plan.ts';
import type { SchemaElement } from '../format/footer-metadata.ts';

/**
 * What a Parquet column's values are to become for a column of this kind, or why it cannot be read, as words for
 * `expected …, found …`. FORMAT.md: no real Parquet export is public, so every plausible form is read: text as UTF-8, or
 * whole numbers, whose digits are their text; times as text, INT96, or INT64 of milli-, micro- or nanoseconds,
 * UTC-adjusted or not (all are UTC), or dates; numbers as DOUBLE, FLOAT, integers, DECIMAL or text. A column of type NULL
 * holds nothing but nulls, whatever its kind.
 */
export function targetOfColumn(kind: ColumnKind, element: SchemaElement): ChunkTarget | string {
  if (element.logical_type?.type === 'NULL') return { ...nothing[kind], onlyNull: true };
  if (isText(element)) return { kind: 'text' };
  if (kind === 'text') {
    const integer = integerOf(element);
    if (integer === undefined) return `expected text or an integer, found ${describeType(element)}`;
    return { kind, integer, ...bitsOf(element) };
  }
  return kind === 'time' ? timeTarget(element) : numberTarget(element);
}

function isText({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (type !== 'BYTE_ARRAY') return false;
  const meaning = logical?.type ?? converted;
  return meaning === undefined || textTypes.has(meaning);
}

const nothing = {
  text: { kind: 'text', integer: 'signed' },
  time: { kind: 'time', unit: 'millis' },
  number: { kind: 'number' },
} as const;

const textTypes: ReadonlySet<string> = new Set(['STRING', 'UTF8', 'ENUM', 'JSON']);

/** Whether the integers of a column have a sign; undefined where it holds none. */
function integerOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): IntegerSign | undefined {
  if (type !== 'INT32' && type !== 'INT64') return undefined;
  if (logical !== undefined) {
    return logical.type !== 'INTEGER' ? undefined : logical.isSigned === false ? 'unsigned' : 'signed';
  }
  if (converted?.startsWith('UINT_') === true) return 'unsigned';
  return converted === undefined || converted.startsWith('INT_') ? 'signed' : undefined;
}

/** How many bits integers have where they are stored in more, as those of 8 and 16 are. */
function bitsOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): { readonly bits?: number } {
  const bits = logical?.bitWidth ?? Number(/INT_(8|16)$/.exec(converted ?? '')?.[1] ?? 32);
  return type === 'INT32' && (bits === 8 || bits === 16) ? { bits } : {};
}

function timeTarget(element: SchemaElement): ChunkTarget | string {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'INT96') return { kind: 'time', unit: 'nanos' };
  if (type === 'INT32' && (converted === 'DATE' || logical?.type === 'DATE')) return { kind: 'time', unit: 'days' };
  if (type === 'INT64' && logical?.type === 'TIMESTAMP' && logical.unit !== undefined) {
    const units = { MILLIS: 'millis', MICROS: 'micros', NANOS: 'nanos' } as const;
    return { kind: 'time', unit: units[logical.unit] };
  }
  if (type === 'INT64' && converted === 'TIMESTAMP_MILLIS') return { kind: 'time', unit: 'millis' };
  if (type === 'INT64' && converted === 'TIMESTAMP_MICROS') return { kind: 'time', unit: 'micros' };
  return `expected a timestamp, a date or text, found ${describeType(element)}`;
}

function numberTarget(element: SchemaElement): ChunkTarget | string {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'DOUBLE' || type === 'FLOAT') return { kind: 'number' };
  const decimal = converted === 'DECIMAL' || logical?.type === 'DECIMAL';
  if (decimal && type !== undefined && decimalTypes.has(type)) {
    const bytes = element.type_length ?? 0;
    if (type === 'FIXED_LEN_BYTE_ARRAY' && !(bytes >= 1 && bytes <= longestDecimal)) {
      return `expected a decimal of 1 to ${longestDecimal} bytes, found ${bytes}`;
    }
    const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
    return scale >= 0 && scale <= mostDecimals
      ? { kind: 'number', scale }
      : `expected a scale of 0 to ${mostDecimals}, found ${scale}`;
  }
  const integer = integerOf(element);
  if (integer !== undefined) {
    return { kind: 'number', ...(integer === 'unsigned' ? { unsigned: true } : {}), ...bitsOf(element) };
  }
  return `expected DOUBLE, FLOAT, an integer, DECIMAL or text, found ${describeType(element)}`;
}

const decimalTypes = new Set(['INT32', 'INT64', 'FIXED_LEN_BYTE_ARRAY', 'BYTE_ARRAY']);
const mostDecimals = 76;
/** Bytes of the longest decimal that is read, of 153 digits. */
export const longestDecimal = 64;

function describeType({ type, converted_type: converted, logical_type: logical }: SchemaElement): string {
  const meaning = logical?.type ?? converted;
  return `${type ?? 'a group'}${meaning === undefined ? '' : ` (${meaning})`}`;
}
