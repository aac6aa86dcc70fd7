/**
 * Codes (`error.code`) of the failures that a service client adds to axios's own. All of them are `AxiosError`s
 * without a `response`; `error.cause` is the last attempt's error, where there was an attempt. Answers with a
 * status outside `validateStatus` keep axios's `ERR_BAD_REQUEST` and `ERR_BAD_RESPONSE`, an abort `ERR_CANCELED`.
 */
export const SERVICE_CLIENT_ERROR = {
  /** `url` is not a plain path, e.g. names a host, or leaves the instance's base path. Never sent. */
  badPath: 'ROLLCALL_BAD_PATH',
  /** No registry has answered yet within the time given. Never sent. */
  unresolved: 'ROLLCALL_UNRESOLVED',
  /** The service is known and has no instance that may get traffic. Never sent. */
  noInstance: 'ROLLCALL_NO_INSTANCE',
  /** The body is longer than `maxRequestBytes`. Never sent. */
  requestTooLarge: 'ROLLCALL_REQUEST_TOO_LARGE',
  /** Too many calls in flight and waiting. Never sent. */
  overloaded: 'ROLLCALL_OVERLOADED',
  /** The last calls failed; nothing is sent until the circuit closes again. */
  circuitOpen: 'ROLLCALL_CIRCUIT_OPEN',
  /** No connection came about (refused, name, route, TLS, connect time-out). Never sent. */
  unreachable: 'ROLLCALL_UNREACHABLE',
  /** The connection died before an answer; the request may have been carried out. */
  reset: 'ROLLCALL_RESET',
  /** What came back was not HTTP, or broke off. The request may have been carried out. */
  badResponse: 'ROLLCALL_BAD_RESPONSE',
  /** The answer is longer than `maxResponseBytes`; reading ended there. The request may have been carried out. */
  answerTooLarge: 'ROLLCALL_ANSWER_TOO_LARGE',
  /** The deadline passed. The request may have been carried out. */
  timedOut: 'ROLLCALL_TIMED_OUT',
} as const;

export type ServiceClientErrorCode = (typeof SERVICE_CLIENT_ERROR)[keyof typeof SERVICE_CLIENT_ERROR];
