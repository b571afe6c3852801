import { given } from '../../given.ts';
import type { Reading } from './reading.ts';

/** Every kind of note that a result of metrics/ can carry, with its sentence. Notes are sorted in this order. */
const messages = {
  NO_FORECASTED_VALUES: 'no forecast metric can be computed: the export has no forecasted-values table',
  NO_ROWS: 'no row belongs to a backtest window, so nothing can be computed',
  NO_POINT_FORECAST:
    'not computed: the export has neither a mean nor a p50 column; choose another forecast type with point',
  NO_QUANTILES: 'not computed: the export has no quantile column',
  NO_ACTUALS: 'not computed: no row has a finite actual',
  NO_FORECASTS: 'not computed: no row has both a finite actual and a finite forecast',
  MASE_NEEDS_HISTORY: 'not computed: MASE needs the training history, which an export does not contain',
  ACTUALS_SUM_ZERO: 'the actuals of a window sum to 0: the figure is the numerator alone, as in the service',
  ACTUALS_SUM_NEAR_ZERO:
    'the actuals sum to almost 0, less than a thousandth of the errors: that alone makes the figure so large',
  NO_RATIO: 'not computed: the actuals sum to 0, so the ratio is undefined',
  ALL_ACTUALS_ZERO: 'not computed: every actual is 0, and MAPE excludes points whose actual is 0',
  FIGURE_OVERFLOW: 'not computed: the figure is out of range for a double',
  WINDOW_LEFT_OUT: 'the mean excludes windows where the figure could not be computed',
  MISSING_ACTUALS: 'rows with a missing actual are excluded from every metric',
  NON_FINITE_ACTUALS: 'rows whose actual is NaN or infinite are excluded from every metric',
  ZERO_ACTUALS: "points whose actual is 0 add nothing to MAPE's sum but are counted in its n",
  MISSING_FORECASTS: 'rows with a missing forecast are excluded from the metrics of that forecast type',
  NON_FINITE_FORECASTS: 'rows whose forecast is NaN or infinite are excluded from the metrics of that forecast type',
  COST_ROWS_LEFT_OUT:
    'rows with an actual but without a finite forecast are left out of the costs of that forecast type, which are not compared with those of others',
  NEGATIVE_FORECASTS: 'forecasts below 0 are used unchanged',
  CROSSED_QUANTILES: "rows where a lower quantile's forecast is above a higher one's are used unchanged",
  ROWS_WITHOUT_WINDOW: 'rows with a missing window start or end belong to no window and are excluded from every figure',
  FREQUENCY_UNKNOWN:
    'the frequency could not be inferred: only timestamps at a window start have a step, other rows have step null',
  TIMESTAMPS_WITHOUT_STEP: 'rows whose timestamp is missing or does not fit the frequency have step null',
  ROWS_REPEATED: 'windows have more rows than items × steps: duplicate rows are counted each time they appear',
  SUMS_ROUNDED:
    'an engine added doubles up as it does: each sum is off by at most its number of rows × 1.2e-16 of the sum of its magnitudes, and differs from run to run',
} as const;

/** One kind of note. */
export type NoteCode = keyof typeof messages;

/** Every {@link NoteCode}, in the order of notes in a result. */
export const noteCodes: readonly NoteCode[] = Object.keys(messages) as NoteCode[];

/** Something that a reader of the figures must know. */
export interface Note {
  readonly code: NoteCode;
  /** A sentence for people. */
  readonly message: string;
  /** The metric concerned, such as `WAPE`, `wQL[0.9]` or `interval[0.1,0.9].coverage`; absent where the note is about no particular one. */
  readonly metric?: string;
  /** The forecast type concerned; absent where the note is about no particular one. */
  readonly forecastType?: string;
  /** The reading of a group's figures; absent for other figures. */
  readonly reading?: Reading;
  /** Rows concerned, for notes about rows; else figures (of summary, windows and groups) concerned. */
  readonly count: number;
  /** The first figure concerned: `summary`, `window <start>/<end>` or `group <key>`; absent for notes about rows. */
  readonly where?: string;
}

/** The sentence of a code. */
export function noteMessage(code: NoteCode): string {
  return messages[code];
}

/** Collects notes: each (code, metric, forecast type) once, with its count and first place. */
export class NoteBook {
  readonly #notes = new Map<string, { note: Omit<Note, 'count'>; count: number }>();

  /** Notes that a figure, or `count` of them, is null or differs from its definition. `where` is called only the first time. */
  addFigure(code: NoteCode, metric: string, where: () => string, reading?: Reading, count: number = 1): void {
    const key = `${code} ${metric} ${reading ?? ''}`;
    const known = this.#notes.get(key);
    const of = given({ reading });
    if (known !== undefined) known.count += count;
    else this.#notes.set(key, { note: { code, message: messages[code], metric, ...of, where: where() }, count });
  }

  /** Notes the same about `count` figures, the summary's first. */
  addFigures(code: NoteCode, metric: string, count: number): void {
    this.#notes.set(`${code} ${metric}`, { note: { code, message: messages[code], metric, where: 'summary' }, count });
  }

  /** Notes something about rows; nothing where `count` is 0. */
  addRows(code: NoteCode, count: number, forecastType?: string): void {
    if (count === 0) return;
    const note = given({ code, message: messages[code], forecastType });
    this.#notes.set(`${code} ${forecastType ?? ''}`, { note, count });
  }

  /** Notes something about the whole result, once. */
  addResult(code: NoteCode): void {
    this.#notes.set(code, { note: { code, message: messages[code], where: 'summary' }, count: 1 });
  }

  /** By code in the order of {@link noteCodes}; within a code in the order of adding, which is that of the figures. */
  list(): Note[] {
    const notes = [...this.#notes.values()].map(({ note, count }): Note => ({ ...note, count }));
    return notes.sort((a, b) => noteCodes.indexOf(a.code) - noteCodes.indexOf(b.code));
  }
}
