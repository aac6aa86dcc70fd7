import type { Outcome } from '@rollcall/load-balancing';

/** What `error.type` says of an attempt without an answer, in metrics and spans: few words, and those of this gateway. */
const ERROR_TYPES = {
  refused: 'refused',
  unreachable: 'unreachable',
  unprocessed: 'unprocessed',
  'reset-before-response': 'reset',
  'bad-response': 'bad_response',
  'headers-timeout': 'timed_out',
  'body-idle-timeout': 'timed_out',
  overloaded: 'overloaded',
  'downstream-aborted': 'aborted',
  unsendable: 'unsendable',
} as const satisfies Record<Exclude<Outcome, 'response'> | 'unsendable', string>;

export type AttemptErrorType = (typeof ERROR_TYPES)[keyof typeof ERROR_TYPES];

export function attemptErrorType(outcome: keyof typeof ERROR_TYPES): AttemptErrorType {
  return ERROR_TYPES[outcome];
}
