import type { AttemptFailure } from '../../ports/transport';

/** Codes of what an instance did after the request went out; what is not here broke the connection. */
const AFTER_SENDING: Readonly<Record<string, AttemptFailure['outcome']>> = {
  UND_ERR_HEADERS_TIMEOUT: 'headers-timeout',
  UND_ERR_BODY_TIMEOUT: 'body-idle-timeout',
  UND_ERR_HEADERS_OVERFLOW: 'bad-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'bad-response',
  // Node, of a head that may not be passed on to the caller.
  ERR_INVALID_CHAR: 'bad-response',
  ERR_INVALID_HTTP_TOKEN: 'bad-response',
  ERR_HTTP_INVALID_STATUS_CODE: 'bad-response',
};

/** undici says of an answer it cannot make sense of that the socket failed; only the message tells. */
const NOT_HTTP: ReadonlySet<string> = new Set(['bad response', 'bad upgrade']);

/** @param sent whether undici had begun to send the request */
export function outcomeOf(error: Error, sent: boolean): AttemptFailure['outcome'] {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // undici checks a request once more as it takes it: a field it does not accept was never the instance's fault.
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return 'unsendable';
  if (!sent) return code === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  if (error.name === 'HTTPParserError' || NOT_HTTP.has(error.message)) return 'bad-response';
  return AFTER_SENDING[code] ?? 'reset-before-response';
}
