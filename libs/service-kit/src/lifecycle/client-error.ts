import { AppError } from '../errors/app-error';

/** What Node's parser or its clock has to say of a caller, as an error to answer with. */
export function clientErrorOf(error: NodeJS.ErrnoException & { rawPacket?: unknown }): AppError {
  return new AppError({ ...kindOf(error), headers: { Connection: 'close' }, cause: error });
}

function kindOf({ code, rawPacket }: { code?: string | undefined; rawPacket?: unknown }) {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'REQUEST_TIMEOUT', status: 408, message: 'The request did not come in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return hasLongRequestLine(rawPacket) ? URI_TOO_LONG : HEADERS_TOO_LARGE;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'BODY_TOO_LARGE', status: 413, message: 'The chunk extensions are too long.' };
    default:
      return { code: 'BAD_REQUEST', status: 400, message: 'This is not a valid HTTP request.' };
  }
}

const URI_TOO_LONG = { code: 'URI_TOO_LONG', status: 414, message: 'The target is too long.' };
const HEADERS_TOO_LARGE = {
  code: 'HEADERS_TOO_LARGE',
  status: 431,
  message: 'The header fields are too long, or too many.',
};

/** RFC 9110 §4.1 asks for 8000 at least. */
const LONG_LINE = 8192;

/** Node counts the target among the header's bytes, and does not say which of the two there was too much of. */
function hasLongRequestLine(packet: unknown): boolean {
  if (!Buffer.isBuffer(packet) || !/^[A-Z]+ /.test(packet.toString('latin1', 0, 16))) return false;
  const end = packet.indexOf('\n');
  return (end === -1 ? packet.length : end) > LONG_LINE;
}
