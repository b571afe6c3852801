/** How files are requested from a web server. */
export interface UrlAccess {
  /** Sent with each request, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cookies of other origins: as of `fetch`; `same-origin` by default. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** Requests at a time, over all threads and all storages of a page; 6 by default. */
  readonly requests?: number;
  /** Milliseconds until a server answers, and between two pieces of an answer; 30,000 by default. */
  readonly timeout?: number;
  /** How often a request is sent at most, if the server does not answer or says that it cannot now; 4 by default. */
  readonly tries?: number;
  /** Bytes of a file at most that a server sends whole because it knows no ranges; 64 MiB by default. */
  readonly wholeBytes?: number;
}
