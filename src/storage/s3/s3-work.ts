/** What works with S3: `s3-folder.ts` imports it with the first call of a method, since most folders are local ones. */
export { checkAccess } from './check-access.ts';
export { connect } from './s3-client.ts';
export { S3File } from './s3-file.ts';
export { listObjects } from './s3-list.ts';
export { copyObject, deleteObject, headObject, putObject } from './s3-objects.ts';
export { firstKey } from './refused-head.ts';
export { moveObjects } from './s3-move-all.ts';
export { S3Requests } from './s3-requests.ts';
export { abortUpload, listUploads } from './s3-uploads.ts';
export { S3Writer } from './s3-writer.ts';
