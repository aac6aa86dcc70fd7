import { constants } from 'node:http2';
import { AttemptError, BadAnswerError, closedEarly, unsendable } from '../http1/attempt-errors';

/** The codes by which one end says that the other breaks the protocol (RFC 9113 §7). Here either end may have said so. */
const VIOLATIONS: Readonly<Record<number, string>> = {
  [constants.NGHTTP2_PROTOCOL_ERROR]: 'PROTOCOL_ERROR',
  [constants.NGHTTP2_FLOW_CONTROL_ERROR]: 'FLOW_CONTROL_ERROR',
  [constants.NGHTTP2_STREAM_CLOSED]: 'STREAM_CLOSED',
  [constants.NGHTTP2_FRAME_SIZE_ERROR]: 'FRAME_SIZE_ERROR',
  [constants.NGHTTP2_COMPRESSION_ERROR]: 'COMPRESSION_ERROR',
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: 'ENHANCE_YOUR_CALM',
};

export function unprocessed(): AttemptError {
  return new AttemptError(
    'unprocessed',
    'the instance handed the request back without processing it (REFUSED_STREAM or GOAWAY)',
    'REFUSED_STREAM',
  );
}

/** No session to the instance has room for a further stream, and there are as many as there may be. */
export function noStreamLeft(sessions: { readonly open: number; readonly closing: number }): AttemptError {
  const why =
    sessions.open === 0
      ? `all ${sessions.closing} connections were ended by the instance and still carry streams`
      : `all ${sessions.open} connections carry as many streams as the instance allows (SETTINGS_MAX_CONCURRENT_STREAMS)`;
  return new AttemptError('overloaded', why, 'NO_STREAM_LEFT');
}

/**
 * Why a stream, or a whole session, has ended.
 *
 * @param error of Node; those without a code of HTTP/2 are the socket's
 * @param code of RST_STREAM, where there was one
 */
export function streamError(error: unknown, code = 0): Error {
  const violation = VIOLATIONS[code];
  if (violation !== undefined)
    return new BadAnswerError(`the stream ended with ${violation}`, { cause: error });
  const known = codeOf(error);
  if (known === 'ERR_HTTP2_ERROR')
    // nghttp2's own words for what it has met.
    return new BadAnswerError(`HTTP/2 was violated: ${(error as Error).message}`, { cause: error });
  if (
    known === 'ERR_HTTP2_FRAME_ERROR' ||
    known === 'ERR_HTTP2_HEADER_SINGLE_VALUE' ||
    known === 'ERR_HTTP2_INVALID_CONNECTION_HEADERS'
  )
    return unsendable((error as Error).message);
  if (known === undefined || known.startsWith('ERR_HTTP2')) return closedEarly();
  return error as Error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
