import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The one pair of keys that signs requests. */
export interface AccessKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What a signature is checked against. */
export interface SignatureRules {
  /** Without keys, any are taken and the signature itself is not checked. */
  readonly keys: AccessKeys | undefined;
  /** Where keys are checked, the region that must have been signed for. */
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `Authorization`, taken apart. */
interface Signature {
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const mostSkew = 15 * 60 * 1000;
const longestAuthorization = 4096;
const algorithm = 'AWS4-HMAC-SHA256';

/** A signature that leaves one of them out could be sent again with another operation, to another machine, or later. */
const mustBeSigned = ['host', 'x-amz-date', 'x-amz-target'];

/**
 * What is wrong with a request's signature (AWS Signature Version 4), or undefined when nothing is. The request is
 * `POST /`. Without keys a request need not be signed; where it is, its signature must be one for this service, day and
 * operation.
 */
export function findSignatureProblem(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  { keys, region, now }: SignatureRules,
): string | undefined {
  const authorization = headers.authorization ?? '';
  if (keys === undefined && !authorization.startsWith(algorithm)) return undefined;
  const signature = parseAuthorization(authorization);
  if (signature === undefined) return `the request is not signed with ${algorithm}`;
  const date = String(headers['x-amz-date'] ?? '');
  const problem = findScopeProblem(signature, date);
  if (problem !== undefined || keys === undefined) return problem;
  if (signature.accessKey !== keys.accessKey) return 'the access key is not known';
  if (signature.region !== region) return `the signature is for another region, expected ${region}`;
  if (!(Math.abs(now - parseDate(date)) <= mostSkew)) return 'the signature is too old or too new';
  const isRight = timingSafeEqual(sign(signature, date, headers, body, keys), Buffer.from(signature.signature, 'hex'));
  return isRight ? undefined : 'the signature does not match the request';
}

function parseAuthorization(text: string): Signature | undefined {
  if (text.length > longestAuthorization) return undefined;
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([\da-f]{64})$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, accessKey = '', day = '', region = '', service = '', signed = '', signature = ''] = match;
  return { accessKey, day, region, service, signedHeaders: signed.split(';'), signature };
}

function findScopeProblem({ day, service, signedHeaders }: Signature, date: string): string | undefined {
  if (service !== 'forecast') return 'the signature is for another service, expected forecast';
  if (Number.isNaN(parseDate(date))) return 'expected X-Amz-Date as YYYYMMDDTHHMMSSZ';
  if (day !== date.slice(0, 8)) return 'the signature is for a different day than X-Amz-Date';
  const missing = mustBeSigned.filter((name) => !signedHeaders.includes(name));
  return missing.length === 0 ? undefined : `the signature leaves out ${missing.join(', ')}`;
}

/** Milliseconds since 1970, or NaN. */
function parseDate(date: string): number {
  const [, ...pieces] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year, month, day, hour, minute, second] = pieces;
  return pieces.length === 0 ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sign(
  { day, region, service, signedHeaders }: Signature,
  date: string,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  { secretKey }: AccessKeys,
): Buffer {
  const lines = signedHeaders.map((name) => `${name}:${headerValue(headers, name)}\n`);
  const request = ['POST', '/', '', lines.join(''), signedHeaders.join(';'), sha256(body)].join('\n');
  const scope = [day, region, service, 'aws4_request'];
  const text = [algorithm, date, scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, piece) => hmac(secret, piece), `AWS4${secretKey}`);
  return hmac(key, text);
}

function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const value = Object.hasOwn(headers, name) ? headers[name] : '';
  return String(value).trim().replaceAll(/ +/g, ' ');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
