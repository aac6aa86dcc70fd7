import { AppError } from '../errors/app-error';

/** What Node's parser has to say of the bytes that it stumbled over. */
export interface ParseError extends NodeJS.ErrnoException {
  readonly reason?: unknown;
  /** What it was reading, and how much of that it had read. */
  readonly rawPacket?: unknown;
  readonly bytesParsed?: unknown;
}

/** What Node's parser or its clock has to say of a caller, as an error to answer with. */
export function clientErrorOf(error: ParseError): AppError {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal('REQUEST_TIMEOUT', 408, 'The request did not come in time.', error);
    case 'HPE_HEADER_OVERFLOW':
      return hasLongRequestLine(error.rawPacket)
        ? refusal('URI_TOO_LONG', 414, 'The target is too long.', error)
        : refusal('HEADERS_TOO_LARGE', 431, 'The header fields are too long, or too many.', error);
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refusal('BODY_TOO_LARGE', 413, 'The chunk extensions are too long.', error);
    case 'HPE_PAUSED_H2_UPGRADE':
      return versionNotSupported(error);
    case 'HPE_INVALID_VERSION':
      // Digits, but of a version that it does not read; anything else is no version at all.
      return error.reason === 'Invalid HTTP version' ? versionNotSupported(error) : notHttp(error);
    case 'HPE_INVALID_METHOD': {
      const line = requestLineIn(error);
      return line === undefined ? notHttp(error) : methodNotImplemented(METHOD.exec(line)?.[0], error);
    }
    case 'HPE_INVALID_CONSTANT':
      // A method that it knows from RTSP.
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
    'Only HTTP/1.0 and HTTP/1.1 are spoken here; send the request as HTTP/1.1.',
    cause,
  );
}

/** RFC 9110 §9.1: 501, since nobody here knows it; 405 is for a method that is known and not for this path. */
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
  return refusal('BAD_REQUEST', 400, 'This is not a valid HTTP request.', cause);
}

function refusal(code: string, status: number, message: string, cause?: Error): AppError {
  return new AppError({ code, status, message, expose: true, headers: { Connection: 'close' }, cause });
}

/** RFC 9110 §5.6.2: a token. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;
/** RFC 9112 §3. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ \r\n]+ HTTP\/\d\.\d\r?\n$/;
/** What may become one when the rest of it has come. */
const LINE_BEGUN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: [^\n]*)?$/;
const MAX_LINE = 8192;

/** The line with the method that the parser does not know, unless it is no request line whatever the method. */
function requestLineIn({ rawPacket, bytesParsed }: ParseError): string | undefined {
  if (!Buffer.isBuffer(rawPacket) || typeof bytesParsed !== 'number') return undefined;
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
  const feed = rawPacket.indexOf('\n', bytesParsed);
  const end = feed === -1 ? rawPacket.length : feed + 1;
  const line = rawPacket.toString('latin1', start, Math.min(end, start + MAX_LINE));
  return (feed === -1 ? LINE_BEGUN : REQUEST_LINE).test(line) ? line : undefined;
}

/** RFC 9110 §4.1 asks for 8000 at least. */
const LONG_LINE = 8192;

/** Node counts the target among the header's bytes, and does not say which of the two there was too much of. */
function hasLongRequestLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet) || !/^[A-Z]+ /.test(packet.toString('latin1', 0, 16))) return false;
  const end = packet.indexOf('\n');
  return (end === -1 ? packet.length : end) > LONG_LINE;
}
