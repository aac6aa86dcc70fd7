import { describeRefusal, type Refusal } from './judgement/verdict';

/** `code` of the error a guarded look-up fails with. HTTP clients hand it on, some of them as a `cause`. */
export const FORBIDDEN_ADDRESS = 'FORBIDDEN_ADDRESS';

/** Somebody was about to connect to an address the guard refuses. Nothing has been sent. */
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
