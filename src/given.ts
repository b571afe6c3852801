/** A `Fields` object without the fields that are undefined: those that may be are optional, the others are still there. */
export type Given<Fields extends object> = {
  [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
} & { [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined> };

/**
 * Copies an object without its undefined fields, in the same order; null, false, 0 and '' are kept. For
 * `exactOptionalPropertyTypes`, where an optional field may be absent but not undefined: `{ file, ...given({ line, column }) }`.
 * It allocates an object per call, so it is not for per-row code.
 */
export function given<const Fields extends object>(fields: Fields): Given<Fields> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept as Given<Fields>;
}
