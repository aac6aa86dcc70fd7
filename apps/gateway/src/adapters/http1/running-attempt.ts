import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import type { RequestHead } from './request-head';

/** Whoever carries an attempt; an attempt that it carries no longer means nothing to it. */
export interface AttemptCarrier {
  abort(attempt: Attempt): void;
  resume(attempt: Attempt): void;
}

/** What is being done on a connection. A class, because one is made for every attempt. */
export class RunningAttempt implements Attempt {
  constructor(
    readonly carrier: AttemptCarrier,
    readonly head: RequestHead,
    readonly request: OutgoingRequest,
    readonly receiver: ResponseReceiver,
  ) {}

  abort(): void {
    this.carrier.abort(this);
  }

  resume(): void {
    this.carrier.resume(this);
  }
}
