import { shortText } from '../../job/short-text.ts';

/** An answer that is neither a result nor one of the service's exceptions; SDKs know it by its name. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(shortText(message));
    this.name = name;
    this.status = status;
  }
}
