import { startQuietTimer } from '../storage/quiet-timer.ts';
import { tellOfOneThread } from './one-thread.ts';
import { PooledWorker, WorkerRefused, WorkerUnusable } from './pooled-worker.ts';
import { availableThreads } from './threads.ts';

/** Asks a pool for a worker. Exactly one of `give` and `fail` is called, once. */
export interface WorkerRequest {
  /** The task to load first if a worker is started. */
  readonly task: string;
  /** A worker is started while fewer than this many live. */
  readonly most: number;
  /** Receives a worker that is ready; undefined if the system refuses one, or the request is withdrawn. */
  readonly give: (worker: PooledWorker | undefined) => void;
  /** Receives why a worker did not start. */
  readonly fail: (error: unknown) => void;
}

/** How many workers a pool keeps while nobody uses them, and for how long. */
export interface PoolLimits {
  readonly mostIdle: number;
  /** Milliseconds after which an idle worker ends. */
  readonly idleTime: number;
}

/** Threads are started in 20 to 110 ms, and what an idle one holds is soon wanted by others. */
const limits: PoolLimits = { mostIdle: Math.max(1, availableThreads() - 1), idleTime: 10_000 };

/**
 * The worker threads of this process that start with one module: kept and used again, since a new one costs its start and
 * compiles everything anew. A worker is lent to whoever has waited longest, who gives it back soon while others wait, so that
 * concurrent calls share them. Idle ones do not keep the process alive, are few, and end after a while.
 */
export class WorkerPool {
  readonly #module: URL;
  readonly #limits: PoolLimits;
  readonly #live = new Set<PooledWorker>();
  readonly #idle: { readonly worker: PooledWorker; readonly keep: () => void }[] = [];
  readonly #waiting: WorkerRequest[] = [];
  #isUsable = true;

  constructor(module: URL, poolLimits: PoolLimits = limits) {
    this.#module = module;
    this.#limits = poolLimits;
  }

  /** Workers that are lent, idle or starting. */
  get size(): number {
    return this.#live.size;
  }

  /** False once a worker has shown that none can start with this module. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Whether somebody waits for a worker. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Gives the request a worker now or later: an idle one, a new one, or the next that is given back. */
  lend(request: WorkerRequest): void {
    const idle = this.#takeIdle();
    if (idle !== undefined || !this.#isUsable) return request.give(idle);
    this.#waiting.push(request);
    if (this.#live.size < request.most) this.#start(request);
  }

  /** Takes a request back; without effect if it has been answered. */
  withdraw(request: WorkerRequest): void {
    if (this.#drop(request)) request.give(undefined);
  }

  /** Takes back a worker that runs nothing; or a dead one. */
  giveBack(worker: PooledWorker): void {
    if (worker.isDead) return;
    const next = this.#waiting.shift();
    if (next !== undefined) return next.give(worker);
    if (this.#idle.length >= this.#limits.mostIdle) return void worker.terminate();
    const keep = startQuietTimer(this.#limits.idleTime, () => void worker.terminate());
    this.#idle.push({ worker, keep });
  }

  #takeIdle(): PooledWorker | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      idle.keep();
      if (!idle.worker.isDead) return idle.worker;
    }
    return undefined;
  }

  #start(request: WorkerRequest): void {
    let worker: PooledWorker;
    try {
      worker = new PooledWorker(this.#module, request.task);
    } catch (error) {
      return this.#refuse(request, error);
    }
    this.#live.add(worker);
    void worker.ended.then(() => this.#forget(worker));
    void this.#welcome(worker, request);
  }

  async #welcome(worker: PooledWorker, request: WorkerRequest): Promise<void> {
    try {
      await worker.ready;
    } catch (error) {
      return this.#refuse(request, error);
    }
    this.giveBack(worker);
    await worker.ended;
    this.#replace();
  }

  /** Answers a request whose worker did not start, unless it has received another one meanwhile. */
  #refuse(request: WorkerRequest, error: unknown): void {
    if (error instanceof WorkerUnusable) {
      this.#isUsable = false;
      tellOfOneThread(error.message);
    }
    if (!this.#drop(request)) return;
    if (error instanceof WorkerRefused) request.give(undefined);
    else request.fail(error);
  }

  #drop(request: WorkerRequest): boolean {
    const at = this.#waiting.indexOf(request);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  #forget(worker: PooledWorker): void {
    this.#live.delete(worker);
    const at = this.#idle.findIndex((idle) => idle.worker === worker);
    if (at >= 0) this.#idle.splice(at, 1)[0]?.keep();
  }

  /** Starts a worker in place of one that has ended, where somebody waits for it. */
  #replace(): void {
    const next = this.#waiting.find(({ most }) => this.#live.size < most);
    if (next !== undefined) this.#start(next);
  }
}

const pools = new Map<string, WorkerPool>();

/** The pool of the workers that start with this module. */
export function poolOf(module: URL): WorkerPool {
  const known = pools.get(module.href);
  if (known !== undefined) return known;
  const pool = new WorkerPool(module);
  pools.set(module.href, pool);
  return pool;
}
