import type { Attempt, OutgoingRequest, ResponseReceiver } from '../../ports/transport';
import type { RequestHead } from './request-head';

/** What carries an attempt; calls for an attempt that it no longer carries do nothing. */
export interface AttemptCarrier {
  abort(attempt: Attempt): void;
  resume(attempt: Attempt): void;
}

/** One attempt on a connection. A class, because one is made for every attempt. */
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
