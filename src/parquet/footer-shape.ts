import type { FileMetaData } from 'hyparquet';

/**
 * What a footer lacks of what hyparquet's types promise, in words; undefined when all is there. hyparquet takes members
 * as they come, so that in a damaged footer any may be absent, or of another kind. Only what this library looks at is
 * looked at; sizes, counts and places are judged by the plan, whatever they are.
 */
export function missingInFooter(metadata: FileMetaData): string | undefined {
  const { schema, row_groups: groups, key_value_metadata: pairs } = metadata as Loose<FileMetaData>;
  if (!isListOf(schema, isElement)) return 'the schema';
  if (!isListOf(groups, isGroup)) return 'the row groups';
  if (pairs !== undefined && !isListOf(pairs, isPair)) return 'the key-value metadata';
  return undefined;
}

/** A value of a type that is only promised. */
type Loose<Type> = { readonly [Key in keyof Type]?: unknown };

function isElement(element: Loose<FileMetaData['schema'][number]>): boolean {
  const { name, type_length: length, num_children: children, scale, logical_type: logical } = element;
  const decimals = isObject(logical) && logical['type'] === 'DECIMAL' ? logical['scale'] : 0;
  return typeof name === 'string' && [length, children, scale, decimals].every(isCount);
}

function isGroup({ columns }: Loose<FileMetaData['row_groups'][number]>): boolean {
  return isListOf(columns, ({ meta_data: data, file_path: path }) => {
    if (!isText(path)) return false;
    if (data === undefined) return true;
    const names = isObject(data) ? data['path_in_schema'] : undefined;
    return Array.isArray(names) && names.every((name) => typeof name === 'string');
  });
}

function isPair({ key, value }: Record<string, unknown>): boolean {
  return typeof key === 'string' && isText(value);
}

function isListOf(list: unknown, is: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(list) && list.every((item) => isObject(item) && is(item));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): boolean {
  return value === undefined || Number.isInteger(value);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
