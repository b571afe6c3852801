import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

/** The names that the service may be called by, besides those of loopback. */
export interface KnownHosts {
  /** Where it listens. */
  readonly listening?: string;
  /** More names, in small letters. */
  readonly more?: readonly string[];
}

/**
 * What is wrong with the host or origin that a request names, or undefined. A web page of another site can make
 * a browser send requests to this machine under the site's own name (DNS rebinding); such names are refused. An
 * numeric address cannot be rebound, so any is accepted if the service listens on every address.
 */
export function findHostProblem({ host, origin }: IncomingHttpHeaders, known: KnownHosts): string | undefined {
  if (host === undefined || !isKnown(nameOf(host), known)) return 'the Host header names another machine';
  if (origin !== undefined && !isKnown(nameOf(origin.replace(/^https?:\/\//i, '')), known)) {
    return 'the request comes from a web page of another machine';
  }
  return undefined;
}

/** The name of `name:port`, `[address]:port` or either without a port, in small letters; `''` for anything else. */
function nameOf(authority: string): string {
  if (authority.length > longestAuthority) return '';
  const [, name = ''] = /^(\[[\da-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(authority) ?? [];
  const plain = name.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return plain.endsWith('.') ? plain.slice(0, -1) : plain;
}

/** A name has at most 253 characters, a port five. */
const longestAuthority = 260;

function isKnown(name: string, { listening = '127.0.0.1', more = [] }: KnownHosts): boolean {
  if (name === '') return false;
  if (isLoopback(name) || name === listening.toLowerCase() || more.includes(name)) return true;
  return isIP(name) !== 0 && (listening === '0.0.0.0' || listening === '::');
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
