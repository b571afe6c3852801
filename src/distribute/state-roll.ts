import { BacktestExportError, quoteText, type ErrorCode, type ErrorPosition } from '../errors.ts';
import { canonicalJson, digestOfJson } from './digest.ts';
import { planDigest } from './plan-digest.ts';
import type { StateLine } from './state-line.ts';

/** What is known of a unit of the plan whose states come in. */
interface Unit {
  readonly digest: string;
  readonly file: string;
  /** Digests of its states by piece. */
  readonly pieces: Map<number, string>;
  /** The highest number of a piece. */
  highest: number;
  /** The number of its last piece, once that is there. */
  last: number | undefined;
}

/**
 * The roll of the states of one plan: each is called once and none is missing. It takes about 300 bytes for each unit.
 */
export class StateRoll {
  readonly #units = new Map<number, Unit>();
  #first: StateLine | undefined;
  #head = '';

  #warnings: NonNullable<StateLine['warnings']> = [];

  /**
   * Takes note of a state.
   * @throws `STATE_FOREIGN` for one of another plan; `STATE_REPEATED`, `STATE_CONFLICT` for one that came before
   */
  take(state: StateLine, position: ErrorPosition): void {
    this.#assertSamePlan(state, position);
    const { number, unit, file, piece, last, warnings } = state;
    if (warnings !== undefined) this.#warnings = warnings;
    const known: Unit = this.#units.get(number) ?? {
      digest: unit,
      file,
      pieces: new Map(),
      highest: 0,
      last: undefined,
    };
    const content = digestOfJson([unit, last, state.sums?.digest ?? null, state.error ?? null, state.notes ?? null]);
    const before = known.pieces.get(piece);
    const which = `the state of part ${number} of ${state.total}, ${quoteText(file)}${known.last === 1 ? '' : `, piece ${piece}`}`;
    if (before === content) refuse('STATE_REPEATED', `${which}, came before: its rows would count twice`, position);
    const isBeyondLast = last ? known.last !== undefined || known.highest > piece : (known.last ?? piece) < piece;
    if (before !== undefined || known.digest !== unit || known.file !== file || isBeyondLast) {
      refuse('STATE_CONFLICT', `${which}, came before with another content: one of them is wrong`, position);
    }
    known.pieces.set(piece, content);
    known.highest = Math.max(known.highest, piece);
    if (last) known.last = piece;
    this.#units.set(number, known);
  }

  /** What is known of the plan, all of whose states came. @throws `STATE_MISSING`, `STATE_FOREIGN` */
  finish(): { readonly total: number; readonly warnings: NonNullable<StateLine['warnings']> } {
    const first = this.#first;
    if (first === undefined) return refuse('STATE_MISSING', 'expected the states of a plan, found none', {});
    // a list of all that are missing could be longer than memory, as the number of parts is what a state says
    const missing: number[] = [];
    let count = 0;
    const digests: string[] = [];
    for (let number = 1; number <= first.total; number++) {
      const unit = this.#units.get(number);
      if (unit?.last === undefined || unit.pieces.size < unit.last) {
        count++;
        if (missing.length < mostShown) missing.push(number);
      } else digests.push(unit.digest);
    }
    if (count > 0) refuse('STATE_MISSING', describeMissing(missing, count, first.total), {});
    if (planDigest(digests) !== first.plan) {
      refuse('STATE_FOREIGN', `the states are not those of the parts of plan ${first.plan}`, {});
    }
    return { total: first.total, warnings: this.#warnings };
  }

  #assertSamePlan(state: StateLine, position: ErrorPosition): void {
    const head = canonicalJson(state.head);
    if (this.#first === undefined) {
      this.#first = state;
      this.#head = head;
    }
    const { plan, total } = this.#first;
    if (state.number > total)
      refuse('STATE_INVALID', `expected a part up to ${total}, found ${state.number}`, position);
    if (state.plan === plan && state.total === total && head === this.#head) return;
    const described = [this.#first, state].map((one) => `${nameOf(one.head)} (plan ${one.plan})`);
    const problem = `expected states of one plan, found those of ${described.join(' and ')}`;
    refuse('STATE_FOREIGN', problem, position);
  }
}

/** The export that a plan is of. */
function nameOf(head: StateLine['head']): string {
  if (head.for === 'summarize') return quoteText(head.export.location);
  const { source } = head;
  return quoteText(typeof source === 'string' ? source : (source.forecastedValues ?? source.accuracyMetrics ?? ''));
}

const mostShown = 20;

function describeMissing(missing: readonly number[], count: number, total: number): string {
  const more = count > missing.length ? ` and ${count - missing.length} more` : '';
  return `expected the states of ${total} parts, found those of ${total - count}: missing are ${missing.join(', ')}${more}; run map on those lines of the plan`;
}

function refuse(code: ErrorCode, problem: string, position: ErrorPosition): never {
  throw new BacktestExportError(code, problem, { position });
}
