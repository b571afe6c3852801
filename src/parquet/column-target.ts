import type { SchemaElement } from 'hyparquet';
import type { ColumnKind } from '../schema/schema.ts';
import type { ChunkTarget } from './chunk-values.ts';

/**
 * What a Parquet column's values are to become for a column of this kind, or why it cannot be read, as words for
 * `expected …, found …`. FORMAT.md: no real Parquet export is public, so every plausible form is read: text as UTF-8;
 * times as text, INT96, or INT64 of milli-, micro- or nanoseconds, UTC-adjusted or not (all are UTC), or dates; numbers
 * as DOUBLE, FLOAT, integers, DECIMAL or text.
 */
export function targetOfColumn(kind: ColumnKind, element: SchemaElement): ChunkTarget | string {
  if (kind === 'text') return isText(element) ? { kind: 'text' } : `expected text, found ${describeType(element)}`;
  if (isText(element)) return { kind: 'text' };
  return kind === 'time' ? timeTarget(element) : numberTarget(element);
}

function isText({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (type !== 'BYTE_ARRAY') return false;
  const plain = converted === undefined && logical === undefined;
  return (
    plain || converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM'
  );
}

function timeTarget(element: SchemaElement): ChunkTarget | string {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'INT96') return { kind: 'time', unit: 'nanos' };
  if (type === 'INT32' && (converted === 'DATE' || logical?.type === 'DATE')) return { kind: 'time', unit: 'days' };
  if (type === 'INT64' && logical?.type === 'TIMESTAMP') {
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
  const signed = logical?.type === 'INTEGER' ? logical.isSigned : !(converted?.startsWith('UINT_') ?? false);
  const integer =
    logical === undefined ? converted === undefined || /^U?INT_/.test(converted) : logical.type === 'INTEGER';
  if ((type === 'INT32' || type === 'INT64') && integer && signed) return { kind: 'number' };
  return `expected DOUBLE, FLOAT, a signed integer, DECIMAL or text, found ${describeType(element)}`;
}

const decimalTypes = new Set(['INT32', 'INT64', 'FIXED_LEN_BYTE_ARRAY', 'BYTE_ARRAY']);
const mostDecimals = 76;
/** Bytes of the longest decimal that is read, of 153 digits. */
export const longestDecimal = 64;

function describeType({ type, converted_type: converted, logical_type: logical }: SchemaElement): string {
  const meaning = logical?.type ?? converted;
  return `${type ?? 'a group'}${meaning === undefined ? '' : ` (${meaning})`}`;
}
