import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { BacktestExportError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { StorageEntry } from '../storage.ts';
import { compareText, notFound } from '../storage-path.ts';
import type { Ask, Place } from './s3-ask.ts';
import type { S3Limits } from './s3-access.ts';
import { addressOf, contradiction } from './s3-error.ts';
import { mostIdlePages, mostPageKeys } from './s3-limits.ts';
import { pathOf, type S3Location } from './s3-location.ts';
import type { S3Requests } from './s3-requests.ts';

/**
 * Lists the direct entries of a folder, in pages of 1,000 keys. A key that is not a valid path (with empty segments,
 * say) is skipped. A listing that repeats itself, brings nothing new or exceeds `limits` is refused: a server could
 * otherwise keep it going for ever.
 * @throws `READ_FAILED`, `FILE_NOT_FOUND`, `TIMED_OUT`
 */
export async function listObjects(
  requests: S3Requests,
  location: S3Location,
  folder: Place,
  limits: Required<S3Limits>,
): Promise<StorageEntry[]> {
  const entries = new Map<string, StorageEntry>();
  const tokens = new Set<string>();
  let token: string | undefined;
  let idlePages = 0;
  do {
    const page = await requestPage(requests, folder, token);
    const known = entries.size;
    for (const entry of entriesOf(page, location)) entries.set(entry.path, entry);
    idlePages = entries.size > known ? 0 : idlePages + 1;
    token = page.NextContinuationToken === '' ? undefined : page.NextContinuationToken;
    if (token !== undefined && tokens.has(token)) throw endless('a repeated continuation token', folder);
    if (token !== undefined) tokens.add(token);
    if (entries.size > limits.entries) throw tooMany(`${limits.entries} objects in a folder`, 'entries', folder);
    if (tokens.size > limits.pages) throw tooMany(`${limits.pages} pages`, 'pages', folder);
    if (idlePages > mostIdlePages) throw endless(`${mostIdlePages} pages in a row without a new name`, folder);
  } while (token !== undefined);
  if (folder.path !== '' && entries.size === 0) throw notFound(folder.path, 'folder');
  return [...entries.values()].sort((left, right) => compareText(left.path, right.path));
}

async function requestPage(
  requests: S3Requests,
  folder: Place,
  ContinuationToken: string | undefined,
): Promise<ListObjectsV2CommandOutput> {
  const { sdk, client } = requests.connection;
  const { bucket: Bucket, key } = folder;
  const input = { Bucket, Prefix: key === '' ? '' : `${key}/`, Delimiter: '/' };
  const command = new sdk.ListObjectsV2Command(
    ContinuationToken === undefined ? input : { ...input, ContinuationToken },
  );
  const ask: Ask = { operation: 'ListObjectsV2', purpose: 'read', ...folder };
  try {
    const page = await requests.ask(ask, command, (sending) => client.send(command, sending));
    const keys = (page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0);
    if (keys <= mostPageKeys) return page;
    throw contradiction(
      'READ_FAILED',
      `expected at most ${mostPageKeys} keys in a page of a listing, found ${keys}`,
      folder,
    );
  } catch (cause) {
    throw requests.failure('READ_FAILED', 'the folder cannot be listed', folder, cause);
  }
}

function* entriesOf(page: ListObjectsV2CommandOutput, location: S3Location): Generator<StorageEntry> {
  for (const { Key = '', Size: size = 0, ETag: version = '', LastModified: changed } of page.Contents ?? []) {
    const path = pathOf(Key, location);
    if (path === undefined) continue;
    const modified = given({ modified: changed?.getTime() });
    yield { path, kind: 'file', size, version, identity: `${location.bucket}/${Key}`, ...modified };
  }
  for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
    const path = pathOf(Prefix.slice(0, -1), location);
    if (path !== undefined) yield { path, kind: 'folder', size: 0, version: '' };
  }
}

function endless(found: string, folder: Place): BacktestExportError {
  return contradiction('READ_FAILED', `expected a listing that ends, found ${found}`, folder);
}

function tooMany(bound: string, limit: string, folder: Place): BacktestExportError {
  const problem = `expected at most ${bound} in a listing, found more: ${addressOf(folder)}; limits.${limit} of createS3Storage raises it`;
  return new BacktestExportError('READ_FAILED', problem, folder.path === '' ? {} : { position: { file: folder.path } });
}
