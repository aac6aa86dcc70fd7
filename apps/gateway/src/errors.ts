import { AppError } from '@rollcall/service-kit';

/** How a gateway error is answered: our code, the status, and RFC 9209's word for it. */
interface Kind {
  readonly status: number;
  readonly proxyError: string;
  readonly message: string;
}

const KINDS = {
  BAD_REQUEST: { status: 400, proxyError: 'http_request_error', message: 'The request cannot be forwarded.' },
  AMBIGUOUS_PATH: {
    status: 400,
    proxyError: 'http_request_error',
    message:
      'Servers read this path in different ways, which lead to different routes: write it without "//", "\\", ";" and needless percent-encoding, in the letter case of its route.',
  },
  NO_ROUTE: { status: 404, proxyError: 'destination_not_found', message: 'No service has this path.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    proxyError: 'http_request_denied',
    message: 'No service takes this method on this path.',
  },
  API_KEY_REQUIRED: {
    status: 401,
    proxyError: 'http_request_denied',
    message: 'This path needs an API key.',
  },
  API_KEY_UNKNOWN: { status: 401, proxyError: 'http_request_denied', message: 'Nobody has this API key.' },
  API_KEY_FORBIDDEN: {
    status: 403,
    proxyError: 'http_request_denied',
    message: 'This API key is not for this path.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    proxyError: 'http_request_denied',
    message: 'Pages of this origin may not read what this path answers.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    proxyError: 'http_request_error',
    message: 'The body is longer than this path takes.',
  },
  RATE_LIMITED: {
    status: 429,
    proxyError: 'http_request_denied',
    message: 'That is more requests than this path takes.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    proxyError: 'http_request_error',
    message: 'The header fields are too long, or too many.',
  },
  URI_TOO_LONG: { status: 414, proxyError: 'http_request_error', message: 'The target is too long.' },
  METHOD_NOT_IMPLEMENTED: {
    status: 501,
    proxyError: 'http_request_error',
    message: 'This gateway does not know this method.',
  },
  HTTP_VERSION_NOT_SUPPORTED: {
    status: 505,
    proxyError: 'http_request_error',
    message: 'Only HTTP/1.0 and HTTP/1.1 are spoken here.',
  },
  REQUEST_TIMEOUT: { status: 408, proxyError: 'http_request_error', message: 'The body stopped coming.' },
  EXPECTATION_FAILED: {
    status: 417,
    proxyError: 'http_request_denied',
    message: 'No other expectation than 100-continue can be met.',
  },
  UPSTREAM_REFUSED: {
    status: 502,
    proxyError: 'connection_refused',
    message: 'The service refused the connection.',
  },
  UPSTREAM_UNREACHABLE: {
    status: 502,
    proxyError: 'destination_unavailable',
    message: 'The service cannot be reached.',
  },
  UPSTREAM_RESET: {
    status: 502,
    proxyError: 'connection_terminated',
    message: 'The service broke the connection before it answered.',
  },
  UPSTREAM_BAD_RESPONSE: {
    status: 502,
    proxyError: 'http_protocol_error',
    message: 'The service answered with something that is not HTTP.',
  },
  NO_INSTANCE: {
    status: 503,
    proxyError: 'destination_unavailable',
    message: 'No instance of the service is there at the moment.',
  },
  NOT_SYNCED: {
    status: 503,
    proxyError: 'destination_unavailable',
    message: 'This gateway has not heard from the registry yet.',
  },
  TOO_MANY_HELD_FOR_CALLER: {
    status: 429,
    proxyError: 'http_request_denied',
    message: 'Too many requests of this caller wait for an instance of the service.',
  },
  TOO_MANY_HELD: {
    status: 503,
    proxyError: 'connection_limit_reached',
    message: 'Too many requests wait for an instance of the service.',
  },
  SERVICE_OVERLOADED: {
    status: 503,
    proxyError: 'connection_limit_reached',
    message: 'The service has as many requests under way as this gateway gives it.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    proxyError: 'connection_read_timeout',
    message: 'The service did not begin to answer in time.',
  },
  UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    proxyError: 'connection_timeout',
    message: 'The service could not be connected to in time.',
  },
  LOOP: {
    status: 508,
    proxyError: 'proxy_loop_detected',
    message: 'The request has passed this gateway before.',
  },
  INTERNAL_ERROR: { status: 500, proxyError: 'proxy_internal_error', message: 'Something went wrong here.' },
} as const satisfies Record<string, Kind>;

/** After these nobody can tell where the connection's next request begins. */
const CLOSING: ReadonlySet<GatewayErrorCode> = new Set([
  'BAD_REQUEST',
  'HEADERS_TOO_LARGE',
  'HTTP_VERSION_NOT_SUPPORTED',
  'METHOD_NOT_IMPLEMENTED',
  'REQUEST_TIMEOUT',
  'URI_TOO_LONG',
]);

export type GatewayErrorCode = keyof typeof KINDS;

export interface GatewayErrorOptions {
  readonly cause?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the message of its kind. */
  readonly message?: string;
}

/** What the server refused before it was a request, in the gateway's words. */
export function refusalError({ code, message, cause }: AppError): AppError {
  return isGatewayErrorCode(code)
    ? gatewayError(code, { message, cause })
    : gatewayError('BAD_REQUEST', { message, cause });
}

function isGatewayErrorCode(code: string): code is GatewayErrorCode {
  return Object.hasOwn(KINDS, code);
}

/** An answer of the gateway's own. Every one of them says so by Proxy-Status. */
export function gatewayError(code: GatewayErrorCode, options: GatewayErrorOptions = {}): AppError {
  const { status, proxyError, message } = KINDS[code];
  return new AppError({
    code,
    status,
    message: options.message ?? message,
    // They describe the network, and nothing inside this process.
    expose: true,
    headers: {
      'Proxy-Status': `rollcall; error=${proxyError}`,
      ...(CLOSING.has(code) ? { Connection: 'close' } : {}),
      ...options.headers,
    },
    cause: options.cause,
  });
}
