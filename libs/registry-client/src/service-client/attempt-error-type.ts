/** What `error.type` says of an attempt without an answer, to spans and to `onAttempt`. */
const ERROR_TYPES = {
  refused: 'refused',
  unreachable: 'unreachable',
  unprocessed: 'unprocessed',
  'reset-before-response': 'reset',
  'headers-timeout': 'timed_out',
  'body-idle-timeout': 'timed_out',
  'bad-response': 'bad_response',
  overloaded: 'overloaded',
  'downstream-aborted': 'aborted',
  invalid: 'invalid',
} as const;

/** Every outcome of an attempt but a response; the compiler holds those who call to it. */
type Unanswered = keyof typeof ERROR_TYPES;

export type AttemptErrorType = (typeof ERROR_TYPES)[Unanswered];

export function attemptErrorType(outcome: Unanswered): AttemptErrorType {
  return ERROR_TYPES[outcome];
}
