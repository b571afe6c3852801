import { shortText } from './short-text.ts';

/** The names of the service exceptions that the operations of export jobs can throw. */
export const exceptionNames = [
  'InvalidInputException',
  'InvalidNextTokenException',
  'LimitExceededException',
  'ResourceAlreadyExistsException',
  'ResourceInUseException',
  'ResourceNotFoundException',
] as const;

/** One of {@link exceptionNames}. */
export type ExceptionName = (typeof exceptionNames)[number];

/**
 * An error response of the service. SDKs recognize it by its name, so it is not a `BacktestExportError`: it describes a
 * wrong request, not a wrong file. The message has at most 1,000 characters and no control characters.
 */
export class ForecastException extends Error {
  override readonly name: ExceptionName;

  constructor(name: ExceptionName, message: string) {
    super(shortText(message));
    this.name = name;
  }
}

/** An error response of any name and HTTP status, as clients see it. SDKs recognize it by its name. */
export class WireException extends Error {
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(shortText(message));
    this.name = name;
    this.status = status;
  }
}

/** The error for a job that would only start after the service was closed. */
export function shuttingDown(): WireException {
  return new WireException(503, 'ServiceUnavailableException', 'The service is shutting down');
}

/** The error for a resource that does not exist. */
export function resourceNotFound(arn: string): ForecastException {
  return new ForecastException('ResourceNotFoundException', `No resource found with ARN ${arn}`);
}
