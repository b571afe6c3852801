import type { IncomingMessage } from 'node:http';
import type { FakeS3, Trouble } from './fake-s3.ts';

/** As much of an IAM policy as the guides use: what is allowed, on which buckets and keys, for which prefixes. */
export interface Policy {
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: { readonly StringLike: { readonly 's3:prefix': string | readonly string[] } };
  }[];
}

interface Asked {
  readonly action: string;
  readonly resource: string;
  /** The key `s3:prefix` of the request, which only listings have. */
  readonly prefix?: string;
}

/**
 * Lets a fake S3 refuse, as IAM does, what a policy does not allow. A missing object is 403 where the role may not list the
 * whole bucket: there is no `s3:prefix` when an object is asked for, so that a condition on it is not met. `used` lists the
 * actions that were allowed and asked for.
 */
export function enforce(s3: FakeS3, policy: Policy, used: Set<string> = new Set()): Trouble {
  return (request, key, response) => {
    const all = asksOf(request, key);
    const denied = all.find((asked) => !isAllowed(policy, asked));
    const [first] = all;
    const hides = isReadOf(request) && !s3.objects.has(key) && first !== undefined;
    if (
      denied === undefined &&
      !(hides && !isAllowed(policy, { action: 's3:ListBucket', resource: bucketOf(first) }))
    ) {
      for (const { action } of all) used.add(action);
      return false;
    }
    const { action, resource } = denied ?? { action: 's3:ListBucket', resource: '' };
    response.writeHead(403, { 'content-type': 'application/xml' });
    const message = `not authorized to perform: ${action} on resource: ${resource}`;
    const body = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  };
}

function isReadOf({ method, url = '' }: IncomingMessage): boolean {
  return method === 'HEAD' || (method === 'GET' && !url.includes('list-type=2') && !url.includes('uploads'));
}

function asksOf(request: IncomingMessage, key: string): readonly Asked[] {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://x');
  const bucket = `arn:aws:s3:::${pathname.split('/')[1] ?? ''}`;
  const object = `${bucket}/${key}`;
  const { method } = request;
  if (method === 'GET' && query.get('list-type') === '2') {
    return [{ action: 's3:ListBucket', resource: bucket, prefix: query.get('prefix') ?? '' }];
  }
  if (method === 'GET' && query.has('uploads')) return [{ action: 's3:ListBucketMultipartUploads', resource: bucket }];
  if (method === 'DELETE') {
    return [{ action: query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject', resource: object }];
  }
  if (method === 'GET' || method === 'HEAD') return [{ action: 's3:GetObject', resource: object }];
  const source = request.headers['x-amz-copy-source'];
  const read = typeof source === 'string' ? [`arn:aws:s3:::${decodeURIComponent(source.replace(/^\//, ''))}`] : [];
  return [
    { action: 's3:PutObject', resource: object },
    ...read.map((resource) => ({ action: 's3:GetObject', resource })),
  ];
}

function bucketOf({ resource }: Asked): string {
  return resource.split('/')[0] ?? '';
}

function isAllowed({ Statement }: Policy, asked: Asked): boolean {
  return Statement.some(({ Action, Resource, Condition }) => {
    if (!matchesAny(Action, asked.action) || !matchesAny(Resource, asked.resource)) return false;
    const prefixes = Condition?.StringLike['s3:prefix'];
    return prefixes === undefined || (asked.prefix !== undefined && matchesAny(prefixes, asked.prefix));
  });
}

function matchesAny(patterns: string | readonly string[], text: string): boolean {
  return [patterns].flat().some((pattern) => {
    const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${pieces.join('.*')}$`, 's').test(text);
  });
}
