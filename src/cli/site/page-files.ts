import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** One file of the page. */
export interface PageFile {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** The files of the page by their path below it, `index.html` among them. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Reads the built page into memory: a few files, about a megabyte. @throws as `readdirSync` where it is not there */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(path)] ?? 'application/octet-stream';
    files.set(relative(folder, path).split(sep).join('/'), { bytes: readFileSync(path), type });
  }
  return files;
}

/** The address of the list of exports, below the page: where it is, the page shows the exports of the folder at once. */
export const listName = 'exports.json';

/**
 * The page as it is served with a folder: it is told where the list of its files is, and may ask its own server for them.
 * Served by anybody else it may ask for nothing.
 */
export function withList(html: string): string {
  const served = html
    .replace(/<html\b/, `<html data-exports="${listName}"`)
    .replace(/connect-src 'none'/, "connect-src 'self'");
  if (served.includes("connect-src 'self'") && served.includes('data-exports=')) return served;
  throw new Error('the page has neither the element nor the policy that is expected of it');
}
