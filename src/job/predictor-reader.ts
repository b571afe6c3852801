import type { BacktestExport } from '../export/find/backtest-export.ts';
import { given } from '../given.ts';
import { ForecastException, resourceNotFound } from './exceptions.ts';
import { readFacts, type PredictorFacts } from './predictor-facts.ts';
import { baseName, parsePredictorArn } from './predictor-arn.ts';
import { findPredictorName, openPredictor, type Predictors } from './predictors.ts';
import { pageOf } from './predictor-page.ts';
import type { Requests } from './requests.ts';
import { messageOf } from './short-text.ts';

/** What the descriptions of predictors need besides the predictors. */
export interface PredictorReaderOptions {
  readonly predictors: Predictors;
  readonly region: string;
  readonly account: string;
  /** The dataset group of all predictors; undefined: they name none. */
  readonly datasetGroup: string | undefined;
  /** When the service started, the time of what has no other. */
  readonly started: number;
  readonly clock: () => number;
}

/** What is the same in every description of a predictor. */
interface Described {
  readonly PredictorArn: string;
  readonly PredictorName: string;
  readonly IsAutoPredictor: boolean;
  readonly DatasetGroupArn?: string;
  readonly Status: 'ACTIVE' | 'CREATE_FAILED';
  readonly Message?: string;
  readonly CreationTime: Date;
  readonly LastModificationTime: Date;
}

/** Describes the predictors from their exports: one export is read at a time, and not again until its files change. */
export class PredictorReader {
  readonly #options: PredictorReaderOptions;
  readonly #facts = new Map<string, { readonly key: string; readonly facts: PredictorFacts }>();
  readonly #closed = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PredictorReaderOptions) {
    this.#options = options;
  }

  /** Rejects the current reads. */
  close(): void {
    this.#closed.abort(new Error('The service is shutting down'));
  }

  /** Handles ListPredictors: newest exports first. @throws `InvalidNextTokenException` */
  async list(request: Requests['ListPredictors']): Promise<object> {
    const { predictors, region, account, clock } = this.#options;
    const described: Described[] = [];
    for (const name of Object.keys(predictors)) {
      const arn = `arn:aws:forecast:${region}:${account}:predictor/${name}`;
      described.push((await this.#open(arn)).described);
    }
    described.sort((a, b) => b.CreationTime.getTime() - a.CreationTime.getTime());
    return pageOf('Predictors', described, request, clock());
  }

  /** Handles DescribePredictor. @throws `ResourceNotFoundException` */
  async describe(arn: string): Promise<object> {
    const { described, facts } = await this.#read(arn);
    const { DatasetGroupArn, ...same } = described;
    return {
      ...same,
      ...given({ InputDataConfig: DatasetGroupArn === undefined ? undefined : { DatasetGroupArn } }),
      ...(facts === undefined ? {} : legacyFacts(facts)),
    };
  }

  /** Handles DescribeAutoPredictor. @throws `ResourceNotFoundException` */
  async describeAuto(arn: string): Promise<object> {
    const { described, facts } = await this.#read(arn);
    const { DatasetGroupArn, IsAutoPredictor: _, ...same } = described;
    return {
      ...same,
      ...given({ DataConfig: DatasetGroupArn === undefined ? undefined : { DatasetGroupArn } }),
      ...(facts === undefined ? {} : autoFacts(facts)),
    };
  }

  /** Handles DescribeDatasetGroup. @throws `ResourceNotFoundException` */
  describeGroup(arn: string): object {
    const name = /:dataset-group\/(.+)$/.exec(arn)?.[1];
    if (name === undefined || name !== this.#options.datasetGroup) throw resourceNotFound(arn);
    const time = new Date(this.#options.started);
    return {
      DatasetGroupName: name,
      DatasetGroupArn: arn,
      DatasetArns: [],
      Status: 'ACTIVE',
      CreationTime: time,
      LastModificationTime: time,
    };
  }

  /** Handles the creation of a predictor, which exists already or cannot be trained here. @throws always */
  create(name: string): never {
    const { predictors, region, account } = this.#options;
    const known = Object.keys(predictors).find((each) => baseName(each) === name);
    if (known !== undefined) {
      const arn = `arn:aws:forecast:${region}:${account}:predictor/${known}`;
      // clients take the ARN from the end of the message
      throw new ForecastException('ResourceAlreadyExistsException', `A predictor already exists with the arn: ${arn}`);
    }
    throw new ForecastException('InvalidInputException', `No predictor can be trained here, and none is named ${name}`);
  }

  /** A description without what must be read from rows; an export that cannot be opened is that of a failed predictor. */
  async #open(arn: string): Promise<{ readonly described: Described; readonly source?: BacktestExport }> {
    const { predictors, datasetGroup, started } = this.#options;
    const served = findPredictorName(predictors, arn);
    const { partition, region, account, name } = parsePredictorArn(arn) ?? {};
    const group = `arn:${partition}:forecast:${region}:${account}:dataset-group/${datasetGroup}`;
    let source: BacktestExport | undefined;
    let problem: string | undefined;
    try {
      source = await openPredictor(predictors, arn);
    } catch (error) {
      problem = messageOf(error);
    }
    const time = source?.exportedAt ?? new Date(started);
    const described: Described = {
      PredictorArn: arn,
      PredictorName: baseName(served),
      IsAutoPredictor: [name ?? '', served].some((each) => baseName(each) !== each),
      ...given({ DatasetGroupArn: datasetGroup === undefined ? undefined : group, Message: problem }),
      Status: source === undefined ? 'CREATE_FAILED' : 'ACTIVE',
      CreationTime: time,
      LastModificationTime: time,
    };
    return { described, ...given({ source }) };
  }

  async #read(arn: string): Promise<{ readonly described: Described; readonly facts?: PredictorFacts }> {
    const { described, source } = await this.#open(arn);
    if (source === undefined) return { described };
    const reading = this.#last.then(() => this.#factsOf(arn, source));
    this.#last = reading.catch(() => undefined);
    return { described, facts: await reading };
  }

  async #factsOf(arn: string, source: BacktestExport): Promise<PredictorFacts> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    const name = findPredictorName(this.#options.predictors, arn);
    const parts = [source.forecastedValues, source.accuracyMetrics].flatMap((table) => table.parts);
    const key = JSON.stringify(parts.map(({ path, size, version }) => [path, size, version]));
    const known = this.#facts.get(name);
    if (known?.key === key) return known.facts;
    const facts = await readFacts(source, signal);
    this.#facts.set(name, { key, facts });
    return facts;
  }
}

function legacyFacts({ forecastTypes, dimensions, frequency, horizon, offset, windows }: PredictorFacts): object {
  const TestWindows = windows.map(({ start, end }) => ({
    TestWindowStart: start,
    TestWindowEnd: end,
    Status: 'ACTIVE',
  }));
  const featurization = given({
    ForecastFrequency: frequency,
    ForecastDimensions: dimensions.length === 0 ? undefined : dimensions,
  });
  return {
    ...given({ ForecastHorizon: horizon }),
    ForecastTypes: forecastTypes,
    EvaluationParameters: { NumberOfBacktestWindows: windows.length, ...given({ BackTestWindowOffset: offset }) },
    ...(frequency === undefined ? {} : { FeaturizationConfig: featurization }),
    PredictorExecutionDetails: { PredictorExecutions: [{ TestWindows }] },
  };
}

function autoFacts({ forecastTypes, dimensions, frequency, horizon }: PredictorFacts): object {
  return given({
    ForecastHorizon: horizon,
    ForecastTypes: forecastTypes,
    ForecastFrequency: frequency,
    ForecastDimensions: dimensions.length === 0 ? undefined : dimensions,
  });
}
