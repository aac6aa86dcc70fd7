import type { ServerHttp2Stream } from 'node:http2';
import type { HeaderList } from '../../headers/header-list';
import type { RequestFacts } from '../../headers/request-passes';
import type { Acceptance, Caller, ReceivedHead } from '../../ports/caller';
import type { RequestTarget } from '../../routing/request-target';
import { Http2Answer } from './http2-answer';
import { Http2Body } from './http2-body';
import type { StreamOwner } from './stream-owner';

export interface Http2CallerOptions {
  readonly stream: ServerHttp2Stream;
  readonly owner: StreamOwner;
  readonly received: ReceivedHead;
  readonly accepted: Extract<Acceptance, { kind: 'traffic' }>;
}

/** One request over HTTP/2, and its answer: one stream. */
export class Http2Caller extends Http2Answer implements Caller {
  readonly method: string;
  readonly target: RequestTarget;
  readonly headers: HeaderList;
  readonly facts: RequestFacts;
  readonly body: Http2Body | null;
  /** RFC 9113 §8.6: there is no such thing. */
  readonly upgrade = undefined;
  #awaitsContinue: boolean;

  constructor({ stream, owner, received, accepted }: Http2CallerOptions) {
    super(stream, owner);
    this.method = received.method;
    this.target = accepted.target;
    this.headers = received.headers;
    this.facts = accepted.facts;
    this.body = stream.endAfterHeaders ? null : new Http2Body(stream, () => this.#letContinue());
    this.#awaitsContinue = received.headers.get('expect')?.toLowerCase() === '100-continue';
    // At once, and not with 'close', which waits for a body that nobody reads.
    stream.on('aborted', () => this.#onClose());
    stream.on('close', () => this.#onClose());
  }

  switchProtocols(): undefined {
    return undefined;
  }

  onGone(action: () => void): void {
    this.goneAction = action;
    if (this.gone) action();
  }

  protected get requestIsWhole(): boolean {
    return this.body === null || this.body.over;
  }

  #letContinue(): void {
    if (!this.#awaitsContinue || this.begun || this.ended) return;
    this.#awaitsContinue = false;
    this.stream.additionalHeaders({ ':status': 100 });
  }

  #onClose(): void {
    this.body?.closed();
    this.closed();
  }
}
