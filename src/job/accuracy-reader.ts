import { toAccuracyMetrics, type AccuracyMetricsResponse } from '../metrics/accuracy/service-response.ts';
import { summarize } from '../metrics/summarize.ts';
import { findPredictor, openPredictor, type Predictors, type PredictorSource } from './predictors.ts';

/** Computes predictors' metrics from their exports, one export at a time; concurrent requests share a read. */
export class AccuracyReader {
  readonly #predictors: Predictors;
  readonly #reading = new Map<PredictorSource, Promise<AccuracyMetricsResponse>>();
  readonly #closed = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(predictors: Predictors) {
    this.#predictors = predictors;
  }

  /** Handles GetAccuracyMetrics. @throws `ResourceNotFoundException`; what opening and summarizing throw */
  async read(arn: string): Promise<AccuracyMetricsResponse> {
    const source = findPredictor(this.#predictors, arn);
    const reading = this.#reading.get(source) ?? this.#start(source, arn);
    return reading;
  }

  /** Rejects the current reads. */
  close(): void {
    this.#closed.abort(new Error('The service is shutting down'));
  }

  #start(source: PredictorSource, arn: string): Promise<AccuracyMetricsResponse> {
    const reading = this.#last.then(() => this.#compute(arn)).finally(() => this.#reading.delete(source));
    this.#reading.set(source, reading);
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  async #compute(arn: string): Promise<AccuracyMetricsResponse> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const source = await openPredictor(this.#predictors, arn);
    return toAccuracyMetrics(await summarize(source, { accuracyMetrics: false, threads: 1, signal }));
  }
}
