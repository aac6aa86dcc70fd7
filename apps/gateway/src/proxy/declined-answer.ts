import type { Duplex } from 'node:stream';
import type { Attempt, AttemptFailure, ResponseHead } from '../ports/transport';
import type { Upstream } from '../upstreams/upstream';
import type { AttemptResult, InstanceAnswer, ResponseRelay } from './response-relay';

/** An answer of which the caller gets nothing, since another instance is asked instead. */
export interface DeclinedAnswer extends InstanceAnswer {
  /** Who is asked. */
  readonly instead: Upstream;
  /** Ends what is left of the attempt: the caller may still be sending. */
  abandon(): void;
}

export interface DecliningRelayOptions {
  /** The instance that is asked instead, if one is. Called once, with the head of an answer. */
  readonly insteadOf: (head: ResponseHead) => Upstream | undefined;
  /** The attempt whose answer was declined is over. */
  readonly onFinished: (status: number) => void;
}

/** A relay that lets pass only an answer that is not declined. */
export class DecliningRelay implements ResponseRelay {
  readonly result: Promise<AttemptResult | DeclinedAnswer>;
  readonly #relay: ResponseRelay;
  readonly #options: DecliningRelayOptions;
  #attempt: Attempt | undefined;
  #declined: ResponseHead | undefined;
  #settle: (result: DeclinedAnswer) => void = () => undefined;

  constructor(relay: ResponseRelay, options: DecliningRelayOptions) {
    this.#relay = relay;
    this.#options = options;
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
      void relay.result.then(resolve);
    });
  }

  attached(attempt: Attempt): void {
    this.#attempt = attempt;
    this.#relay.attached(attempt);
  }

  informational(head: ResponseHead): void {
    this.#relay.informational(head);
  }

  response(head: ResponseHead): void {
    const instead = this.#options.insteadOf(head);
    if (instead === undefined) return this.#relay.response(head);
    this.#declined = head;
    const abandon = (): void => this.#attempt?.abort();
    this.#settle({ outcome: 'response', head, trailers: [], instead, abandon });
  }

  data(chunk: Buffer, release: () => void): boolean {
    if (this.#declined === undefined) return this.#relay.data(chunk, release);
    release();
    return true;
  }

  flush(): void {
    this.#relay.flush();
  }

  end(trailers: readonly string[]): void {
    if (this.#declined === undefined) this.#relay.end(trailers);
  }

  done(): void {
    if (this.#declined === undefined) this.#relay.done();
    else this.#options.onFinished(this.#declined.status);
  }

  upgraded(head: ResponseHead, socket: Duplex): void {
    this.#relay.upgraded(head, socket);
  }

  failed(failure: AttemptFailure): void {
    if (this.#declined === undefined) this.#relay.failed(failure);
    else this.#options.onFinished(this.#declined.status);
  }
}
