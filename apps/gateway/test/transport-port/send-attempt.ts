import type {
  Attempt,
  AttemptFailure,
  Connections,
  OutgoingBody,
  OutgoingRequest,
  ResponseHead,
} from '../../src/ports/transport';
import { anOutgoingRequest } from '../support/an-attempt';

/** What an attempt has come to. */
export interface Sent {
  readonly attempt: Attempt;
  readonly head: ResponseHead | undefined;
  readonly informational: number;
  readonly body: string;
  readonly trailers: readonly string[];
  /** The answer is whole. */
  readonly isWhole: boolean;
  /** Nothing more will come. */
  readonly isOver: boolean;
  readonly failure: AttemptFailure | undefined;
}

/** Sends one attempt, whose receiver takes what the spec lets it take. */
export function sendOn(
  connections: Connections,
  given: Partial<OutgoingRequest> = {},
  takes: () => boolean = () => true,
): Sent {
  const sent: { -readonly [Key in keyof Sent]: Sent[Key] } = {
    attempt: { abort: () => undefined, resume: () => undefined },
    head: undefined,
    informational: 0,
    body: '',
    trailers: [],
    isWhole: false,
    isOver: false,
    failure: undefined,
  };
  const over = (): void => {
    if (sent.isOver) throw new Error('told that it is over twice');
    sent.isOver = true;
  };
  sent.attempt = connections.send(anOutgoingRequest(given), {
    informational: () => (sent.informational += 1),
    response: (head) => (sent.head = head),
    data(chunk, release) {
      sent.body += chunk.toString('latin1');
      release();
      return takes();
    },
    flush: () => undefined,
    end(trailers) {
      sent.trailers = trailers;
      sent.isWhole = true;
    },
    done: over,
    upgraded: over,
    failed(failure) {
      sent.failure = failure;
      over();
    },
  });
  return sent;
}

/** A body that is there already. */
export function bodyOf(text: string, trailers: readonly string[] = []): OutgoingBody {
  return {
    start(sink) {
      sink.data(Buffer.from(text));
      sink.end(trailers);
    },
    resume: () => undefined,
    stop: () => undefined,
  };
}
