import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The one pair of keys that signs requests. */
export interface AccessKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

const mostSkew = 15 * 60 * 1000;

/**
 * What is wrong with a request's signature (AWS Signature Version 4), or undefined when nothing is. The request is
 * `POST /`.
 */
export function findSignatureProblem(
  keys: AccessKeys,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  now: number,
): string | undefined {
  const authorization = headers.authorization ?? '';
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/[^/]+\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([\da-f]{64})$/.exec(
      authorization,
    );
  if (match === null) return 'the request is not signed with AWS4-HMAC-SHA256';
  const [, accessKey, scope = '', signed = '', signature = ''] = match;
  if (accessKey !== keys.accessKey) return 'the access key is not known';
  const date = String(headers['x-amz-date'] ?? '');
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - time) <= mostSkew)) return 'the signature is too old or too new';
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date')) return 'the signature leaves out host or x-amz-date';
  const lines = names.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replaceAll(/ +/g, ' ')}\n`,
  );
  const request = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, piece) => hmac(secret, piece), `AWS4${keys.secretKey}`);
  const expected = hmac(key, text);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
    ? undefined
    : 'the signature does not fit the request';
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
