import { describeRefusal, type Refusal } from './judgement/verdict';

/** `code` of the error of a guarded look-up. HTTP clients pass it on, some of them as `cause`. */
export const FORBIDDEN_ADDRESS = 'FORBIDDEN_ADDRESS';

/** The guard refused a connection to this address. No byte has been sent. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = FORBIDDEN_ADDRESS;
  readonly hostname: string;
  readonly refusal: Refusal;

  constructor(hostname: string, refusal: Refusal) {
    super(`may not connect to ${hostname}: ${describeRefusal(refusal)}`);
    this.hostname = hostname;
    this.refusal = refusal;
  }
}
