import { BacktestExportError } from '../../errors.ts';
import { onAbort } from '../../on-abort.ts';
import { fileChanged, isMissing } from '../storage-path.ts';
import type { StorageFile } from '../storage.ts';
import { RangedFile, type RangeSource } from './ranged-file.ts';
import { assertFound, checkRange, ifUnchanged, readBody, refused, versionIn, type KnownUrl } from './url-answers.ts';
import { probeUrl } from './url-probe.ts';
import type { UrlRequests } from './url-requests.ts';

/** A file on a web server, and what is known of it. */
export interface UrlPlace {
  readonly path: string;
  readonly url: string;
  readonly known: KnownUrl;
}

/** Opens a file on a web server without asking for it. */
export function openUrl(requests: UrlRequests, place: UrlPlace, signal: AbortSignal | undefined): StorageFile {
  return new RangedFile(new UrlSource(requests, place, signal));
}

/** Each range is asked for with the version that was opened; what is not sent in ranges is fetched once. */
class UrlSource implements RangeSource {
  readonly path: string;
  readonly size: number;
  readonly version: string;
  readonly #requests: UrlRequests;
  readonly #place: UrlPlace;
  readonly #stop = new AbortController();
  readonly #forget: (() => void) | undefined;
  #whole: Promise<Uint8Array> | undefined;

  constructor(requests: UrlRequests, place: UrlPlace, signal: AbortSignal | undefined) {
    this.#requests = requests;
    this.#place = place;
    this.path = place.path;
    this.size = place.known.size;
    this.version = place.known.version;
    this.#forget = signal && onAbort(signal, () => this.#stop.abort(signal.reason));
    if (signal?.aborted === true) this.#stop.abort(signal.reason);
  }

  async fetch(start: number, end: number): Promise<Uint8Array> {
    const { path, url, known } = this.#place;
    if (known.isWhole) {
      this.#whole ??= this.#fetchWhole();
      return (await this.#whole).subarray(start, end);
    }
    const headers = { range: `bytes=${start}-${end - 1}`, ...ifUnchanged(url, known) };
    return this.#requests.ask({ path, url, headers }, this.#stop.signal, (response, onPiece) => {
      checkRange(response, { path, start, end, known });
      return readBody(response, { path, length: end - start, onPiece });
    });
  }

  /** @throws `READ_FAILED` for a file that is too large for that */
  async #fetchWhole(): Promise<Uint8Array> {
    const { path, url, known } = this.#place;
    const { wholeBytes = usualWhole } = this.#requests.access;
    if (known.size > wholeBytes) {
      const problem = `expected a server that sends ranges of a file (206), found one that only sends all of it, ${known.size} bytes; at most ${wholeBytes} are taken whole (wholeBytes)`;
      throw refused(path, problem);
    }
    return this.#requests.ask({ path, url }, this.#stop.signal, (response, onPiece) => {
      assertFound(response, path);
      const version = versionIn(response);
      if (version !== known.version) throw fileChanged(path, `expected version ${known.version}, found ${version}`);
      return readBody(response, { path, length: known.size, onPiece });
    });
  }

  async assertUnchanged(): Promise<void> {
    const { path, url, known } = this.#place;
    const found = await probeUrl(this.#requests, { path, url }, this.#stop.signal).catch((error: unknown) => {
      throw isMissing(error) ? fileChanged(path, 'it no longer exists') : error;
    });
    if (found.version !== known.version) {
      throw fileChanged(path, `expected version ${known.version}, found ${found.version}`);
    }
    if (found.size !== known.size) throw fileChanged(path, `expected ${known.size} bytes, found ${found.size}`);
  }

  cancel(): void {
    this.#forget?.();
    const problem = 'the file is closed';
    this.#stop.abort(new BacktestExportError('READ_FAILED', problem, { position: { file: this.path } }));
  }
}

const usualWhole = 64 * 1024 * 1024;
