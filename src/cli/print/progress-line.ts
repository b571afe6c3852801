import type { OutputState } from './write-pieces.ts';

/** How far the work is. */
export interface ProgressState {
  readonly bytes: number;
  readonly totalBytes: number;
  /** What is done at the moment, once all is read: with groups, or as {@link phaseTexts} says. */
  readonly phase?: string;
  /** Steps of the phase that are done, and all, where they are no groups. */
  readonly steps?: number;
  readonly totalSteps?: number;
  /** Groups that are done in this phase; 0 of 0 before, and where there are none. */
  readonly groups?: number;
  readonly totalGroups?: number;
  /** Exports that are finished, and all, where there are several. */
  readonly exports?: number;
  readonly totalExports?: number;
}

/** Phases that are not of groups, in words. */
export const phaseTexts: Readonly<Record<string, string>> = {
  opening: 'looking for the export',
  inspecting: 'looking at the first rows',
  merging: 'merging states',
  searching: 'looking for exports in the folders below',
  history: 'reading the history',
  judging: 'checking keys and metrics',
  rereading: 'reading rows again that may repeat others',
  placing: 'looking up the places of findings',
  aligning: 'comparing groups',
  series: 'reading the forecasts to draw',
  comparing: 'comparing with the other exports',
  drawing: 'drawing charts',
};

/** Shows how far the work, or the output of its result, is. */
export interface ProgressLine {
  update(state: ProgressState | OutputState): void;
  /** Erases the line; call it before anything else is written, and always. */
  end(): Promise<void>;
}
