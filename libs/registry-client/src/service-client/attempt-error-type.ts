import type { AttemptResult } from './attempt';

/** What `error.type` says of an attempt without an answer, to spans and to `onAttempt`. */
const ERROR_TYPES = {
  refused: 'refused',
  unreachable: 'unreachable',
  'reset-before-response': 'reset',
  'headers-timeout': 'timed_out',
  'body-idle-timeout': 'timed_out',
  'bad-response': 'bad_response',
  overloaded: 'overloaded',
  'downstream-aborted': 'aborted',
  invalid: 'invalid',
} as const satisfies Record<Unanswered, string>;

type Unanswered = Exclude<AttemptResult['outcome'], 'response'>;

export type AttemptErrorType = (typeof ERROR_TYPES)[Unanswered];

export function attemptErrorType(outcome: Unanswered): AttemptErrorType {
  return ERROR_TYPES[outcome];
}
