/** `backtest-export/job`: both sides of the export job API: waiting for a job, and running the service. */
export { ForecastException, WireException, exceptionNames, type ExceptionName } from './exceptions.ts';
export {
  forcedStatuses,
  type ForcedStatus,
  type InjectedFailure,
  type InjectedFaults,
  type JobDelay,
  type JobFailure,
  type PendingFaults,
  type RequestFailure,
} from './injected-faults.ts';
export type { PredictorSource, Predictors } from './predictors.ts';
export { createExportJobService, type ExportJobService } from './service.ts';
export type { JobServiceOptions } from './service-options.ts';
export {
  jobStatuses,
  type DescribedJob,
  type Destination,
  type JobStatus,
  type ListedJob,
  type OperationName,
  type Requests,
  type Tag,
} from './requests.ts';
export { createResponseShapes, type ResponseShapes } from './response-shapes.ts';
export { createShapes, type Shapes } from './shapes.ts';
export {
  openExportJob,
  waitForExport,
  type ExportJob,
  type OpenJobOptions,
  type WaitOptions,
} from './wait-for-export.ts';
