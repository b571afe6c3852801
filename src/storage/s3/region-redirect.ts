import { readMember } from '../../describe-value.ts';
import type { Redirect } from './s3-client.ts';
import { statusOf } from './s3-error.ts';

/**
 * The region that S3 names when it refuses a request because the bucket is in another one: in a header, also of responses
 * to HEAD, or in the error itself. Undefined for other errors.
 */
export function namedRegion(error: unknown): string | undefined {
  if (!refusals.includes(statusOf(error))) return undefined;
  const headers = readMember(readMember(error, '$response'), 'headers');
  const region = readMember(headers, 'x-amz-bucket-region') ?? readMember(error, 'Region');
  return typeof region === 'string' && /^[a-z0-9-]{1,50}$/.test(region) ? region : undefined;
}

/** `PermanentRedirect`, `TemporaryRedirect`, `AuthorizationHeaderMalformed`. */
const refusals: readonly number[] = [301, 307, 400];

/** Directs later requests to the region that an error names; false if it names none, or the one that `sent` was for. */
export function followRegion(redirect: Redirect | undefined, sent: string | undefined, error: unknown): boolean {
  const region = namedRegion(error);
  if (redirect === undefined || region === undefined || region === sent) return false;
  redirect.region = region;
  return true;
}
