import type { AttemptFailure } from '../../ports/transport';

/** The failure of an attempt, where no error of Node says it. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';

  constructor(
    readonly outcome: AttemptFailure['outcome'],
    message: string,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function connectTimeout(milliseconds: number): AttemptError {
  return new AttemptError('unreachable', `no connection within ${milliseconds} ms`, 'ETIMEDOUT');
}

/** The failure of an attempt whose answer breaks HTTP's rules or one of our limits. */
export class BadAnswerError extends AttemptError {
  constructor(
    /** Which line, which limit; bounded, and without the values of fields. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('bad-response', `the instance's response was refused: ${reason}`, 'BAD_ANSWER', options);
  }
}

export function closedEarly(): AttemptError {
  return new AttemptError(
    'reset-before-response',
    'the instance closed the connection before the end of its response',
    'ECONNRESET',
  );
}

export function headersTimeout(): AttemptError {
  return new AttemptError(
    'headers-timeout',
    'the instance did not begin its response in time',
    'HEADERS_TIMEOUT',
  );
}

export function idleTimeout(): AttemptError {
  return new AttemptError(
    'body-idle-timeout',
    'no data was received or sent within the idle time-out',
    'IDLE_TIMEOUT',
  );
}

export function downstreamAborted(): AttemptError {
  return new AttemptError('downstream-aborted', 'the caller aborted the request', 'ABORTED');
}

export function unsendable(reason: string): AttemptError {
  return new AttemptError('unsendable', `the request cannot be sent: ${reason}`, 'UNSENDABLE');
}

export function destroyed(): AttemptError {
  return new AttemptError(
    'reset-before-response',
    'the connections to the instance were closed',
    'ECONNRESET',
  );
}

/** Outcomes that do not depend on how far a request has got. */
const SAID_BY_OURSELVES: ReadonlySet<string> = new Set([
  'downstream-aborted',
  'unsendable',
  'unprocessed',
  'overloaded',
] satisfies AttemptFailure['outcome'][]);

/** @param sent whether the request had begun to go out; if not, the instance cannot have seen it */
export function outcomeOf(error: Error, sent: boolean): AttemptFailure['outcome'] {
  const known = error instanceof AttemptError ? error.outcome : 'reset-before-response';
  if (sent || SAID_BY_OURSELVES.has(known)) return known;
  return 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable';
}
