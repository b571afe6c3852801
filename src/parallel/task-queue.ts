import { sharedIntegers } from './shared-integers.ts';
import { claimInput, type InputClaim } from './task.ts';

/** An input that a thread is to run, and its place among all. */
export interface QueuedInput<Input> {
  readonly index: number;
  readonly input: Input;
  /** Where the input is sent to a worker ahead: whoever starts it claims it first. */
  readonly claim: InputClaim | undefined;
}

/** From which end of the inputs workers take theirs. */
export type WorkerOrder = 'first' | 'last';

/**
 * The inputs of one call, each for one thread. A worker gets an input while it still runs the one before, so that it need
 * not wait for the calling thread; until the worker starts it, an idle thread can take it back, if memory can be shared.
 */
export class TaskQueue<Input> {
  readonly #inputs: readonly Input[];
  readonly #order: WorkerOrder;
  readonly #claims: Int32Array | undefined;
  /** Sent to workers with a claim and not known to be done. */
  readonly #sent = new Map<number, Input>();
  #from = 0;
  #to: number;

  constructor(inputs: readonly Input[], order: WorkerOrder = 'first') {
    this.#inputs = inputs;
    this.#order = order;
    this.#to = inputs.length;
    this.#claims = sharedIntegers(Math.max(1, inputs.length));
  }

  /** Inputs that nobody has taken. */
  get left(): number {
    return this.#to - this.#from;
  }

  /** The next input for the calling thread; undefined if there is none. */
  takeHere(): QueuedInput<Input> | undefined {
    return this.left > 0 ? this.#at(this.#from++, undefined) : undefined;
  }

  /** The next input to send to a worker; undefined if there is none. */
  takeThere(): QueuedInput<Input> | undefined {
    if (this.left <= 0) return undefined;
    const index = this.#order === 'first' ? this.#from++ : --this.#to;
    if (this.#claims === undefined) return this.#at(index, undefined);
    const next = this.#at(index, { claims: this.#claims, at: index });
    this.#sent.set(index, next.input);
    return next;
  }

  /** An input that was sent to a worker, which has not started it and will not; undefined if there is none. */
  takeBack(): QueuedInput<Input> | undefined {
    if (this.#claims === undefined) return undefined;
    for (const index of [...this.#sent.keys()].reverse()) {
      this.#sent.delete(index);
      if (claimInput({ claims: this.#claims, at: index })) return this.#at(index, undefined);
    }
    return undefined;
  }

  /** Takes note that an input that was sent is done, or was taken back. */
  forget(index: number): void {
    this.#sent.delete(index);
  }

  /** Leaves nothing to take. */
  clear(): void {
    this.#from = this.#to;
    this.#sent.clear();
  }

  #at(index: number, claim: InputClaim | undefined): QueuedInput<Input> {
    return { index, input: this.#inputs[index] as Input, claim };
  }
}
