import type { FileMetaData } from 'hyparquet';

/**
 * Whether a footer has all that the Parquet format requires and this library uses. hyparquet leaves a field undefined
 * that a damaged footer does not have, or has under another number.
 */
export function hasFooterShape(value: object): value is FileMetaData {
  const metadata: Loose = { ...value };
  return (
    isList(metadata['schema'], (element) => typeof element['name'] === 'string') &&
    isList(metadata['row_groups'], isRowGroup) &&
    typeof metadata['num_rows'] === 'bigint' &&
    (metadata['key_value_metadata'] === undefined || isList(metadata['key_value_metadata'], isKeyValue))
  );
}

type Loose = Readonly<Record<string, unknown>>;

function isList(value: unknown, has: (element: Loose) => boolean): boolean {
  return Array.isArray(value) && value.every((element) => isRecord(element) && has(element));
}

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}

function isRowGroup(group: Loose): boolean {
  return isList(group['columns'], (chunk) => chunk['meta_data'] === undefined || isChunk(chunk['meta_data']));
}

function isChunk(data: unknown): boolean {
  if (!isRecord(data)) return false;
  const path = data['path_in_schema'];
  return Array.isArray(path) && path.every((piece) => typeof piece === 'string');
}

function isKeyValue(entry: Loose): boolean {
  return typeof entry['key'] === 'string' && (entry['value'] === undefined || typeof entry['value'] === 'string');
}
