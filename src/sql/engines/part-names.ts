/** The name of a part's file in a storage: the last segment of its path. */
export function nameOfPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Which of the names of an export's parts a file has, as an engine names it: by its path, also in Windows, or by a URI, in which
 * characters may be escaped. Undefined for a file that is no part.
 */
export function partNamed(file: string, names: { has(name: string): boolean }): string | undefined {
  const segment = nameOfPart(file);
  return [segment, nameOfPart(unescaped(file)), segment.slice(segment.lastIndexOf('\\') + 1)].find((name) =>
    names.has(name),
  );
}

function unescaped(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
