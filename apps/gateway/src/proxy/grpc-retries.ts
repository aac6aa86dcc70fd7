import type { AttemptSeries } from '@rollcall/load-balancing';
import { isRetryable } from '../grpc/grpc-status';
import type { CallerBody } from '../ports/caller';
import type { ResponseHead } from '../ports/transport';
import type { Upstream } from '../upstreams/upstream';
import { RecordedBody } from './recorded-body';

export interface GrpcRetriesOptions {
  readonly series: AttemptSeries<Upstream>;
  /** The call's messages; `null` where they need not be recorded, as there are none or they were kept. */
  readonly body: CallerBody | null;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** What `retries.grpc_status` of a route is for one call. */
export class GrpcRetries {
  readonly body: RecordedBody | undefined;
  readonly #statuses: readonly number[];
  readonly #options: GrpcRetriesOptions;

  constructor(statuses: readonly number[], options: GrpcRetriesOptions) {
    this.#statuses = statuses;
    this.#options = options;
    this.body = options.body === null ? undefined : new RecordedBody(options.body);
  }

  /** The instance that is asked instead of the one that has answered so; `undefined` where its answer stands. */
  readonly insteadOf = ({ headers }: ResponseHead): Upstream | undefined => {
    if (!isRetryable(headers, this.#statuses)) return undefined;
    const { series, now } = this.#options;
    const bodyReplayable = this.body?.taken !== true;
    return series.next({ outcome: 'declined', socketReused: false, bodyReplayable }, now()).on;
  };

  /** There will be no other attempt. */
  finish(): void {
    this.body?.finish();
  }
}
