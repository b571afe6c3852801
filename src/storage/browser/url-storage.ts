import { readMember } from '../../describe-value.ts';
import { BacktestExportError, quoteText } from '../../errors.ts';
import { assertKind, assertOptions, describeValue } from '../../options.ts';
import { assertStoragePath } from '../storage-path.ts';
import type { Storage } from '../storage.ts';
import type { UrlAccess } from './url-access.ts';
import { UrlFolder, type UrlEntry } from './url-folder.ts';
import { UrlRequests } from './url-requests.ts';

/** Addresses of files: as a list, or as paths below one of them. */
export type GivenUrls = readonly (string | URL)[] | { readonly base: string | URL; readonly files: readonly string[] };

/**
 * Files on web servers as a storage that is only read. A web server lists no folders, so that each file is named. Paths are
 * those below the last folder that all addresses share, or below `base`. Servers should answer requests for ranges; each
 * answer must be of the version that was listed, by its ETag or date.
 * @throws `OPTION_INVALID`, `FILE_OUTSIDE_FOLDER`
 */
export function createUrlStorage(urls: GivenUrls, access: UrlAccess = {}): Storage {
  checkAccess(access);
  const { base, files } = resolveUrls(urls);
  return new UrlFolder(base, files, new UrlRequests(access));
}

/** Whether a value is {@link GivenUrls} rather than files. */
export function isGivenUrls(value: unknown): value is GivenUrls {
  if (Array.isArray(value))
    return value.length > 0 && value.every((each) => typeof each === 'string' || each instanceof URL);
  return readMember(value, 'base') !== undefined && Array.isArray(readMember(value, 'files'));
}

function checkAccess(access: UrlAccess): void {
  assertOptions('createUrlStorage', access, {
    headers: 'an object',
    credentials: ['omit', 'same-origin', 'include'],
    requests: 'a number',
    timeout: 'a number',
    tries: 'a number',
    wholeBytes: 'a number',
  });
  for (const name of ['requests', 'timeout', 'tries', 'wholeBytes'] as const) {
    const value = access[name];
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= mostNumber)) continue;
    throw wrong(`${name}: expected a whole number from 1 to ${mostNumber}, found ${describeValue(value)}`);
  }
  for (const [name, value] of Object.entries(access.headers ?? {}))
    assertKind(`createUrlStorage.headers.${name}`, value, 'text');
}

const mostNumber = 2 ** 31 - 1;
/** Files at most: each is asked for by a request of its own. */
const mostFiles = 100_000;

function resolveUrls(urls: GivenUrls): { readonly base: string; readonly files: ReadonlyMap<string, UrlEntry> } {
  if (!isGivenUrls(urls)) throw wrong(`expected a list of URLs, or { base, files }, found ${describeValue(urls)}`);
  const addresses = 'base' in urls ? below(urls.base, urls.files) : urls.map((url) => toUrl(url));
  if (addresses.length > mostFiles) throw wrong(`expected at most ${mostFiles} files, found ${addresses.length}`);
  const texts = addresses.map(({ origin, pathname }) => origin + pathname);
  const root = 'base' in urls ? folderOf(toUrl(urls.base)) : commonFolder(texts);
  const files = new Map<string, UrlEntry>();
  for (const [index, text] of texts.entries()) {
    const path = decode(text.slice(root.length));
    assertStoragePath(path);
    if (files.has(path)) throw wrong(`expected each file once, found two addresses of ${quoteText(path)}`);
    files.set(path, { url: addresses[index]?.href ?? '' });
  }
  return { base: root.replace(/\/$/, ''), files };
}

/** Addresses of paths, whose letters mean themselves. */
function below(base: string | URL, paths: readonly string[]): URL[] {
  const folder = folderOf(toUrl(base));
  return paths.map((path) => {
    assertStoragePath(path);
    return new URL(folder + path.split('/').map(encodeURIComponent).join('/'));
  });
}

function folderOf({ origin, pathname }: URL): string {
  return origin + (pathname.endsWith('/') ? pathname : `${pathname}/`);
}

function toUrl(url: unknown): URL {
  const text = url instanceof URL ? url.href : url;
  const base = globalThis.location?.href;
  if (typeof text === 'string' && URL.canParse(text, base)) {
    const found = new URL(text, base);
    if (/^https?:$/.test(found.protocol)) return found;
  }
  throw wrong(`expected an address by http or https, found ${describeValue(url)}`);
}

/** The longest common start that ends in `/`; two tables may be on one server, in two folders. */
function commonFolder(texts: readonly string[]): string {
  const [first = ''] = texts;
  let common = first.slice(0, first.lastIndexOf('/') + 1);
  const isTable = /\/(?:forecasted-values|accuracy-metrics-values)\/$/.exec(common);
  if (isTable !== null) common = common.slice(0, isTable.index + 1);
  while (!texts.every((text) => text.startsWith(common))) {
    common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
    if (!/^https?:\/\/[^/]+\//.test(common)) throw wrong('expected files of one server, found several');
  }
  return common;
}

function decode(path: string): string {
  try {
    return path.split('/').map(decodeURIComponent).join('/');
  } catch {
    throw wrong(`expected percent signs before two hexadecimal digits, found ${quoteText(path)}`);
  }
}

function wrong(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', `createUrlStorage: ${problem}`);
}
