import type { ListMultipartUploadsCommandInput } from '@aws-sdk/client-s3';
import { given } from '../../given.ts';
import type { StorageEntry } from '../storage.ts';
import type { Ask, Place } from './s3-ask.ts';
import { pathOf, type S3Location } from './s3-location.ts';
import type { S3Requests } from './s3-requests.ts';

/** Pages of 1,000 uploads that are looked at: who has more of them has other worries. */
const mostPages = 20;

/**
 * Lists the uploads below a folder that are neither completed nor aborted; no other listing shows them, and their parts
 * cost money. An entry's `version` is the upload's id, `modified` its begin, and its size is unknown (0).
 * @throws what S3 throws, such as without `s3:ListBucketMultipartUploads`
 */
export async function listUploads(requests: S3Requests, location: S3Location, folder: Place): Promise<StorageEntry[]> {
  const { sdk, client } = requests.connection;
  const { bucket: Bucket, key } = folder;
  const entries: StorageEntry[] = [];
  let marker: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (let page = 1; page <= mostPages; page++) {
    const command = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: key === '' ? '' : `${key}/`, ...marker });
    const ask: Ask = { operation: 'ListMultipartUploads', purpose: 'read', ...folder };
    const answer = await requests.ask(ask, command, (sending) => client.send(command, sending));
    for (const { Key = '', UploadId: version = '', Initiated: begun } of answer.Uploads ?? []) {
      const path = pathOf(Key, location);
      if (path === undefined || version === '') continue;
      entries.push({ path, kind: 'file', size: 0, version, ...given({ modified: begun?.getTime() }) });
    }
    const { IsTruncated: more, NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = answer;
    if (more !== true || KeyMarker === undefined || KeyMarker === '') break;
    marker = { KeyMarker, ...given({ UploadIdMarker }) };
  }
  return entries;
}

/** Aborts an upload, so that its parts are removed. @throws what S3 throws */
export async function abortUpload(requests: S3Requests, place: Place, UploadId: string): Promise<void> {
  const { sdk, client } = requests.connection;
  const command = new sdk.AbortMultipartUploadCommand({ Bucket: place.bucket, Key: place.key, UploadId });
  const ask: Ask = { operation: 'AbortMultipartUpload', purpose: 'clean', ...place };
  await requests.ask(ask, command, (sending) => client.send(command, sending));
}
