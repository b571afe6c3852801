import { shortText } from './short-text.ts';

/** The names of the service's exceptions that the operations of export jobs have. */
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
 * An answer of the service that is no result. SDKs know it by its name, so it is no `BacktestExportError`: it says what a
 * request was wrong about, not what a file was. Its message has at most 1,000 characters, none of them a control.
 */
export class ForecastException extends Error {
  override readonly name: ExceptionName;

  constructor(name: ExceptionName, message: string) {
    super(shortText(message));
    this.name = name;
  }
}

/** The requested thing is not there. */
export function resourceNotFound(arn: string): ForecastException {
  return new ForecastException('ResourceNotFoundException', `No resource found with ARN ${arn}`);
}
