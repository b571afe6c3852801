import { shortText } from '../../job/short-text.ts';

/** An answer that is no result and none of the service's exceptions; its name is what SDKs call it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(shortText(message));
    this.name = name;
    this.status = status;
  }
}
