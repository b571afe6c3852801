import { BacktestExportError, quoteText } from '../../errors.ts';
import { assertOptions, readable } from '../../options.ts';
import type { EngineTimeouts } from './engine-limits.ts';

/** Options of {@link createTrinoEngine}. */
export interface TrinoOptions {
  /** Address of the coordinator, such as `https://trino.example.com:8443`. */
  readonly server: string;
  /** The user; default `backtest-export`. */
  readonly user?: string;
  /** The user's password (basic authentication); needs `https://`, except on this machine. */
  readonly password?: string;
  /** A JSON web token instead of a password; needs `https://`, except on this machine. */
  readonly token?: string;
  /** Catalog with the tables, such as `hive`. */
  readonly catalog?: string;
  /** Schema with the tables, such as `default`. */
  readonly schema?: string;
  /**
   * The folder of this machine at which the engine's local file system begins (its `local.location`), so that exports below it
   * are found as `local:///…`. Exports in S3 need nothing.
   */
  readonly localRoot?: string;
  /** Session properties, such as `{ query_max_run_time: '2h' }`. */
  readonly session?: Readonly<Record<string, string>>;
  /** Which certificates are trusted, and one's own; by default those that Node trusts. */
  readonly tls?: TrinoTls;
  readonly timeouts?: EngineTimeouts;
}

/** How TLS is set up: PEM texts. */
export interface TrinoTls {
  /** Certificates of the authorities that are trusted, instead of Node's. */
  readonly ca?: string;
  /** One's own certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** False trusts any server; true by default. */
  readonly rejectUnauthorized?: boolean;
}

/** Refuses what no connection could be made with; returns the server's address. @throws `OPTION_INVALID` */
export function checkTrinoOptions(options: TrinoOptions): URL {
  assertOptions('createTrinoEngine', options, {
    server: 'text',
    user: 'text',
    password: 'text',
    token: 'text',
    catalog: 'text',
    schema: 'text',
    localRoot: 'text',
    session: 'an object',
    tls: 'an object',
    timeouts: 'an object',
  });
  if (options.tls !== undefined) {
    assertOptions('createTrinoEngine.tls', options.tls, {
      ca: 'text',
      cert: 'text',
      key: 'text',
      rejectUnauthorized: 'true or false',
    });
  }
  const address = serverOf(options);
  if (options.localRoot !== undefined && !isAbsolute(options.localRoot)) {
    throw invalid(`localRoot: expected an absolute path, found ${quoteText(options.localRoot)}`);
  }
  readable('createTrinoEngine', () => assertHeaderTexts(options));
  return address;
}

function serverOf({ server, password, token }: TrinoOptions): URL {
  const isAddress = /^https?:\/\//i.test(server) && URL.canParse(server);
  // never shown as it is: it may hold a password
  if (!isAddress) throw invalid('server: expected a URL that begins with http:// or https://');
  const address = new URL(server);
  if (address.username !== '' || address.password !== '') {
    throw invalid('server: expected a URL without a user and password; give them as options');
  }
  if (address.search !== '' || address.hash !== '') throw invalid('server: expected a URL without ? and #');
  if (password !== undefined && token !== undefined) throw invalid('password and token exclude each other');
  const isSecret = password !== undefined || token !== undefined;
  if (isSecret && address.protocol === 'http:' && !isThisMachine(address.hostname)) {
    throw invalid(`${password === undefined ? 'token' : 'password'}: expected a server at https://, found http://`);
  }
  return address;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Texts that become headers: visible characters of ASCII, at least one. */
function assertHeaderTexts(options: TrinoOptions): void {
  for (const name of ['user', 'catalog', 'schema', 'token'] as const) {
    const text = options[name];
    if (text === undefined || /^[!-~](?:[ -~]*[!-~])?$/.test(text)) continue;
    const found = name === 'token' ? 'other text' : quoteText(text);
    throw invalid(`${name}: expected visible characters of ASCII, found ${found}`);
  }
  for (const [name, value] of Object.entries(options.session ?? {})) {
    const isProperty = /^[A-Za-z][\w.]*$/.test(name) && typeof value === 'string' && /^[!-~]+$/.test(value);
    if (isProperty && !value.includes(',')) continue;
    throw invalid(`session.${quoteText(name, '')}: expected a name and a value of ASCII without commas and spaces`);
  }
}

function invalid(problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', `createTrinoEngine.${problem}`);
}
