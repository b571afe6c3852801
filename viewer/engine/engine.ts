import engineUrl from 'virtual:engine';
import threadUrl from 'virtual:thread';
import type { Failure, FromEngine, Progress, Requests, ToEngine } from './messages.ts';

/** A failure that the engine has told of. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: EngineError) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** Milliseconds in which cancelled work must end by itself; then its threads are ended. */
const patience = 3000;

/**
 * The worker that reads exports and makes reports, so that the page never waits. One request at a time: see `idle`. The worker and its
 * own workers start with a script that imports them: so they have the policy of the page, under which nothing leaves
 * the machine, on any host; a worker's script from a server would have none.
 */
export class Engine {
  #worker: Worker | undefined;
  #next = 1;
  #session = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** What has not been answered; these never reject. */
  readonly #running = new Set<Promise<void>>();

  /** Changes where the worker had to be ended: what it had found is forgotten, and must be opened again. */
  get session(): number {
    return this.#session;
  }

  /**
   * Waits until what was cancelled has ended, by itself or with its worker: a request that came before would end with it.
   * Then the session is the one that the next request meets.
   */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Asks for something. @throws {@link EngineError}, also where the signal ends it */
  ask<const Name extends keyof Requests>(
    kind: Name,
    asks: Requests[Name]['asks'],
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
  ): Promise<Requests[Name]['answers']> {
    const id = this.#next++;
    const worker = (this.#worker ??= this.#start());
    const answer = new Promise<Requests[Name]['answers']>((resolve, reject) => {
      if (signal.aborted) return reject(new EngineError(cancelled));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const cancel = (): void => {
        this.#post(worker, { id, kind: 'cancel' });
        timer = setTimeout(() => this.#end(cancelled), patience);
      };
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        this.#waiting.delete(id);
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(id, {
        onProgress,
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#post(worker, { id, kind, asks } as ToEngine);
    });
    const ended: Promise<void> = answer.then(
      () => void this.#running.delete(ended),
      () => void this.#running.delete(ended),
    );
    this.#running.add(ended);
    return answer;
  }

  #start(): Worker {
    const worker = new Worker(importing(engineUrl), { type: 'module', name: 'engine' });
    this.#post(worker, { kind: 'start', thread: importing(threadUrl) });
    worker.addEventListener('message', ({ data }: MessageEvent<FromEngine>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      this.#end({
        code: 'INTERNAL',
        message: event.message || 'the program of the page could not be loaded',
        cancelled: false,
      });
    });
    return worker;
  }

  #post(worker: Worker, message: ToEngine): void {
    worker.postMessage(message);
  }

  #receive(message: FromEngine): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.kind === 'progress') waiting.onProgress(message.progress);
    else if (message.kind === 'failure') waiting.reject(new EngineError(message.failure));
    else waiting.resolve(message.answer as never);
  }

  /** Ends the worker with all that it does; the next request starts another. */
  #end(failure: Failure): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#session += 1;
    for (const waiting of this.#waiting.values()) waiting.reject(new EngineError(failure));
  }
}

const cancelled: Failure = { code: 'INTERNAL', message: 'it was cancelled', cancelled: true };

/**
 * The address of a script that imports a module, with the policy of the page. It is imported statically: what is sent to a
 * worker waits only until its own script has run.
 */
function importing(module: string): string {
  const url = new URL(module, document.baseURI).href;
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(url)};`], { type: 'text/javascript' }));
}
