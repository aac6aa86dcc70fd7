import { AppError } from '../errors/app-error';

/** An error of Node's HTTP parser. */
export interface ParseError extends NodeJS.ErrnoException {
  readonly reason?: unknown;
  /** The chunk it was parsing, and how much of it was parsed. */
  readonly rawPacket?: unknown;
  readonly bytesParsed?: unknown;
}

/** The HTTP error for an error of Node's parser or of its request time-outs. */
export function clientErrorOf(error: ParseError): AppError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal(
        'REQUEST_TIMEOUT',
        408,
        'The request was not received in time. Send it without long pauses, or over a faster connection.',
        error,
      );
    case 'HPE_HEADER_OVERFLOW':
      return hasLongRequestLine(error.rawPacket)
        ? refusal(
            'URI_TOO_LONG',
            414,
            'The request target is too long. Shorten the path or the query.',
            error,
          )
        : refusal(
            'HEADERS_TOO_LARGE',
            431,
            'The header fields are too long or too many. Send fewer or shorter ones (cookies are often the cause).',
            error,
          );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refusal(
        'BODY_TOO_LARGE',
        413,
        'The chunk extensions are too long. Send chunks without extensions.',
        error,
      );
    case 'HPE_PAUSED_H2_UPGRADE':
      return versionNotSupported(error);
    case 'HPE_INVALID_VERSION':
      // A well-formed version that it does not support; any other reason is a malformed one.
      return error.reason === 'Invalid HTTP version' ? versionNotSupported(error) : notHttp(error);
    case 'HPE_INVALID_METHOD': {
      const line = requestLineIn(error);
      return line === undefined ? notHttp(error) : methodNotImplemented(METHOD.exec(line)?.[0], error);
    }
    case 'HPE_INVALID_CONSTANT':
      // A method of RTSP, which the parser knows too.
      return error.reason === 'Invalid method for HTTP/x.x request'
        ? methodNotImplemented(undefined, error)
        : notHttp(error);
    default:
      return notHttp(error);
  }
}

/** RFC 9110 §15.6.6. */
export function versionNotSupported(cause?: Error): AppError {
  return refusal(
    'HTTP_VERSION_NOT_SUPPORTED',
    505,
    'This server supports HTTP/1.0 and HTTP/1.1 only. Send the request as HTTP/1.1.',
    cause,
  );
}

/** RFC 9110 §9.1: 501 for a method that the server does not know; 405 for one that the path does not allow. */
export function methodNotImplemented(method?: string, cause?: Error): AppError {
  const which = method === undefined ? 'this method' : `the method ${method}`;
  return refusal(
    'METHOD_NOT_IMPLEMENTED',
    501,
    `This server does not know ${which}. Methods are case-sensitive: GET, POST, PUT, PATCH, DELETE …`,
    cause,
  );
}

/** A request that can be read in two ways. */
export function ambiguousRequest(fault: string): AppError {
  return refusal('BAD_REQUEST', 400, fault);
}

function notHttp(cause: Error): AppError {
  return refusal(
    'BAD_REQUEST',
    400,
    'Malformed HTTP request: the request line, a header field or the framing of the body is invalid.',
    cause,
  );
}

function refusal(code: string, status: number, message: string, cause?: Error): AppError {
  return new AppError({ code, status, message, expose: true, headers: { Connection: 'close' }, cause });
}

/** RFC 9110 §5.6.2: a token. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;
/** RFC 9112 §3. */
const REQUEST_LINE = new RegExp(`${METHOD.source} [^ \\r\\n]+ HTTP/\\d\\.\\d\\r?\\n$`);
/** The received part of a request line that is not complete yet. */
const LINE_BEGUN = new RegExp(`${METHOD.source}(?: [^\\n]*)?$`);
const MAX_LINE = 8192;

/** The request line with the unknown method; `undefined` if it is malformed otherwise. */
function requestLineIn({ rawPacket, bytesParsed }: ParseError): string | undefined {
  if (!Buffer.isBuffer(rawPacket) || typeof bytesParsed !== 'number') return undefined;
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
  const feed = rawPacket.indexOf('\n', bytesParsed);
  const end = feed === -1 ? rawPacket.length : feed + 1;
  const line = rawPacket.toString('latin1', start, Math.min(end, start + MAX_LINE));
  return (feed === -1 ? LINE_BEGUN : REQUEST_LINE).test(line) ? line : undefined;
}

/** RFC 9110 §4.1 requires 8000 at least. */
const LONG_LINE = 8192;

/** Node counts the target among the header bytes and does not report which of the two was too long. */
function hasLongRequestLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet) || !/^[A-Z]+ /.test(packet.toString('latin1', 0, 16))) return false;
  const end = packet.indexOf('\n');
  return (end === -1 ? packet.length : end) > LONG_LINE;
}
