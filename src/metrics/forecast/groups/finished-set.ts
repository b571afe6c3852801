import { BacktestExportError, quoteText } from '../../../errors.ts';
import { nameList } from '../../../quote-text.ts';
import { noteMessage } from '../../base/notes.ts';
import type { FinishOptions } from '../../base/summary.ts';
import { map } from '../kernel/map.generated.ts';
import { reasonOf, type Figures, type FiguresPlan } from '../figures.ts';
import { isRankable, planWorst, type Badness } from '../worst.ts';
import { FinishedChunks, type FinishedChunk, type FinishedGroup } from './finished-chunks.ts';
import { describeGroup, figureOf } from './describe-group.ts';
import { GroupNotes, type GroupNotesState } from './group-notes.ts';
import type { KeyColumns } from './key-columns.ts';

/** Finished groups as plain data. */
export interface FinishedState {
  readonly chunks: readonly FinishedChunk[];
  readonly notes: GroupNotesState;
  readonly groupCount: number;
  readonly rowsWithoutStep: number;
  readonly found: Uint8Array<ArrayBuffer>;
  readonly missed: { readonly reason: number; readonly key: Int32Array<ArrayBuffer> } | undefined;
}

/** Which groups are kept, and whether with their sums. */
export type Choice = Pick<FinishOptions, 'worst' | 'reading' | 'take' | 'keepSums'>;

/**
 * The finished groups of a result: all of them, none where they are handed over at once, or the worst few (then memory grows with those alone); the notes of all;
 * and which figures some group has.
 */
export class FinishedSet {
  readonly #plan: FiguresPlan;
  readonly #keys: KeyColumns;
  readonly #choice: Choice;
  readonly #badness: Badness | undefined;
  readonly #notes: GroupNotes;
  /** The place of the step in keys, -1 for none; that of the figure to rank by. */
  readonly #stepPart: number;
  readonly #ranked: number;
  /** By place: whether a group has the figure. */
  readonly #found: Uint8Array<ArrayBuffer>;
  /** Figures that no group has so far. */
  #lacked: number;
  /** Why the first group that lacks the figure to rank by lacks it. */
  #missed: FinishedState['missed'];
  #kept: FinishedChunks;
  #count = 0;
  #rowsWithoutStep = 0;
  /** Groups in `kept`, where only the worst are. */
  #held = 0;
  /** The best of the kept ones as of the last trim: better groups need not be kept. */
  #bar: { readonly badness: number; readonly key: Int32Array } | undefined;

  /** @throws `OPTION_INVALID` for an impossible choice */
  constructor(plan: FiguresPlan, keys: KeyColumns, choice: Choice) {
    this.#plan = plan;
    this.#keys = keys;
    this.#choice = choice;
    this.#badness = choice.worst === undefined ? undefined : planWorst(plan, choice.worst);
    this.#notes = new GroupNotes(plan, keys);
    this.#stepPart = keys.columns.findIndex(({ kind }) => kind === 'step');
    this.#ranked = plan.metrics.findIndex(({ name }) => name === choice.worst?.metric);
    this.#found = new Uint8Array(plan.metrics.length);
    this.#lacked = this.#found.length;
    this.#kept = new FinishedChunks(keys.columns.length, plan, choice.keepSums);
  }

  /** Groups that were added. */
  get groupCount(): number {
    return this.#count;
  }

  /** Rows of groups without a step; 0 where steps are not grouped by. */
  get rowsWithoutStep(): number {
    return this.#rowsWithoutStep;
  }

  /** The kept groups. */
  get kept(): FinishedChunks {
    return this.#kept;
  }

  add(group: FinishedGroup): void {
    const { pooled, averaged, key } = group;
    this.#count++;
    if (this.#stepPart >= 0 && key[this.#stepPart] === 0) this.#rowsWithoutStep += group.counts[map.ROWS] ?? 0;
    this.#notes.add(key, pooled, averaged);
    const { take, reading } = this.#choice;
    if (take !== undefined) {
      take(describeGroup(this.#plan, this.#keys, group), figureOf(group.absoluteActuals), group);
      return;
    }
    const read = reading === 'averaged' ? averaged : pooled;
    this.#look(read, key);
    if (this.#badness === undefined) {
      this.#kept.add(group);
      return;
    }
    const badness = orderable(this.#badness(read.values));
    if (this.#bar !== undefined && this.#isBeyond(badness, key, this.#bar)) return;
    this.#kept.add(group);
    if (++this.#held > 2 * this.#worstCount + 16) this.#trim();
  }

  /** Adds a state whose keys have been given the numbers of this set. */
  merge(state: FinishedState): void {
    this.#count += state.groupCount;
    this.#rowsWithoutStep += state.rowsWithoutStep;
    this.#notes.merge(state.notes);
    for (const [place, found] of state.found.entries()) this.#found[place] ||= found;
    this.#lacked = this.#found.filter((found) => found === 0).length;
    if (state.missed !== undefined) this.#miss(state.missed.reason, state.missed.key);
    this.#kept.take(state.chunks);
    if (this.#badness !== undefined) this.#trim();
  }

  /** Everything, as plain data whose buffers this set does not change any more. */
  export(): FinishedState {
    if (this.#badness !== undefined) this.#trim();
    this.#kept.seal();
    return {
      chunks: this.#kept.chunks,
      notes: this.#notes.export(),
      groupCount: this.#count,
      rowsWithoutStep: this.#rowsWithoutStep,
      found: this.#found.slice(),
      missed: this.#missed,
    };
  }

  /** A set with the same groups, to which others can be added without a change of this one. */
  copy(): FinishedSet {
    const copy = new FinishedSet(this.#plan, this.#keys, this.#choice);
    copy.merge(this.export());
    return copy;
  }

  /** The notes of all groups. */
  get notes(): GroupNotes {
    return this.#notes;
  }

  /** The addresses of the worst groups, worst first, ties and nulls (last) by key. */
  worstFirst(): Uint32Array {
    this.#trim();
    return this.#kept.addresses();
  }

  /** Refuses to rank groups by a figure that none of them has: the order would mean nothing. @throws `OPTION_INVALID` */
  refuseMissed(): void {
    const { worst } = this.#choice;
    const { metrics } = this.#plan;
    if (worst === undefined || this.#count === 0 || this.#found[this.#ranked] === 1) return;
    const there = metrics.filter((each, at) => this.#found[at] === 1 && isRankable(each)).map(({ name }) => name);
    const reason = reasonOf(this.#missed?.reason);
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected worst.metric to be a figure that a group has (${there.length === 0 ? 'none' : nameList(there)}), ` +
        `found ${quoteText(worst.metric)}, which none of ${this.#count} groups has${reason === undefined ? '' : ` (${noteMessage(reason)})`}`,
    );
  }

  get #worstCount(): number {
    return this.#choice.worst?.count ?? 0;
  }

  #look({ values, reasons }: Figures, key: Int32Array): void {
    for (let place = 0; place < values.length && this.#lacked > 0; place++) {
      if (this.#found[place] === 1 || Number.isNaN(values[place])) continue;
      this.#found[place] = 1;
      this.#lacked--;
    }
    if (Number.isNaN(values[this.#ranked])) this.#miss(reasons[this.#ranked] ?? 0, key);
  }

  #miss(reason: number, key: Int32Array): void {
    if (this.#missed !== undefined && this.#keys.compare(this.#missed.key, key) <= 0) return;
    this.#missed = { reason, key: key.slice() };
  }

  /** Whether a group comes after the last one that can be kept. */
  #isBeyond(badness: number, key: Int32Array, bar: { readonly badness: number; readonly key: Int32Array }): boolean {
    return badness < bar.badness || (badness === bar.badness && this.#keys.compare(key, bar.key) > 0);
  }

  /** Keeps the worst ones only, worst first. */
  #trim(): void {
    const kept = this.#kept;
    const { reading } = this.#choice;
    const entries = Array.from(kept.addresses(), (address) => {
      const { key, pooled, averaged } = kept.at(address);
      const badness = orderable(this.#badness?.(reading === 'averaged' ? averaged : pooled) ?? 0);
      return { address, key, badness };
    });
    // Not a difference: that of two infinities is NaN.
    entries.sort((a, b) =>
      a.badness === b.badness ? this.#keys.compare(a.key, b.key) : a.badness < b.badness ? 1 : -1,
    );
    const chosen = entries.slice(0, this.#worstCount);
    this.#kept = kept.select(chosen.map(({ address }) => address));
    this.#held = chosen.length;
    const last = chosen.length === this.#worstCount ? chosen.at(-1) : undefined;
    this.#bar = last === undefined ? undefined : { badness: last.badness, key: last.key.slice() };
  }
}

/** Nulls come last. */
function orderable(badness: number): number {
  return Number.isNaN(badness) ? Number.NEGATIVE_INFINITY : badness;
}
