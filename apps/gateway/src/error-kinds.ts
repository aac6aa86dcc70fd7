/** The answer to one kind of gateway error: its status, its error type of RFC 9209 §2.3, and its message. */
interface Kind {
  readonly status: number;
  readonly proxyError: string;
  readonly message: string;
}

/** Every error that the gateway answers by itself, by its code. */
export const ERROR_KINDS = {
  BAD_REQUEST: {
    status: 400,
    proxyError: 'http_request_error',
    message: 'Malformed request: it cannot be forwarded.',
  },
  AMBIGUOUS_PATH: {
    status: 400,
    proxyError: 'http_request_error',
    message:
      'Ambiguous path: servers decode it in different ways, which match different routes. Send it without "//", "\\", ";" and needless percent-encoding, in the letter case of its route.',
  },
  NO_ROUTE: { status: 404, proxyError: 'destination_not_found', message: 'No route matches this path.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    proxyError: 'http_request_denied',
    message: 'Method not allowed on this path; the Allow header lists the methods that are.',
  },
  API_KEY_REQUIRED: {
    status: 401,
    proxyError: 'http_request_denied',
    message: 'API key required; the WWW-Authenticate header says where to send it.',
  },
  API_KEY_UNKNOWN: { status: 401, proxyError: 'http_request_denied', message: 'Unknown API key.' },
  API_KEY_FORBIDDEN: {
    status: 403,
    proxyError: 'http_request_denied',
    message: 'This API key is not allowed on this route.',
  },
  JWT_REQUIRED: {
    status: 401,
    proxyError: 'http_request_denied',
    message: 'Bearer token required: send a JSON Web Token of an issuer that this route accepts.',
  },
  JWT_INVALID: { status: 401, proxyError: 'http_request_denied', message: 'Invalid token.' },
  JWT_INSUFFICIENT_SCOPE: {
    status: 403,
    proxyError: 'http_request_denied',
    message: 'The token lacks a scope that this route requires.',
  },
  JWT_AMBIGUOUS: {
    status: 400,
    proxyError: 'http_request_denied',
    message: 'More than one token in the request; send it in one place only.',
  },
  JWT_TOO_MANY_FAILURES: {
    status: 429,
    proxyError: 'http_request_denied',
    message: 'Too many invalid tokens from this client; retry later.',
  },
  JWT_KEYS_UNAVAILABLE: {
    status: 503,
    proxyError: 'destination_unavailable',
    message: 'The keys of the token issuer are not available, so the token cannot be verified; retry later.',
  },
  JWT_VERIFIER_OVERLOADED: {
    status: 503,
    proxyError: 'connection_limit_reached',
    message: 'Too many tokens are being verified; retry later.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    proxyError: 'http_request_denied',
    message: 'Origin not allowed by the CORS policy of this route.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    proxyError: 'http_request_error',
    message: 'Request body too large for this route; send a smaller one.',
  },
  RATE_LIMITED: {
    status: 429,
    proxyError: 'http_request_denied',
    message: 'Rate limit exceeded; the Retry-After header says when to retry.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    proxyError: 'http_request_error',
    message: 'Request header fields too large or too many; send fewer or shorter ones.',
  },
  URI_TOO_LONG: {
    status: 414,
    proxyError: 'http_request_error',
    message: 'Request target too long; send a shorter URL.',
  },
  METHOD_NOT_IMPLEMENTED: {
    status: 501,
    proxyError: 'http_request_error',
    message: 'Unknown request method.',
  },
  HTTP_VERSION_NOT_SUPPORTED: {
    status: 505,
    proxyError: 'http_request_error',
    message: 'Unsupported HTTP version in the request line; only HTTP/1.1 and HTTP/1.0 are supported there.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    proxyError: 'http_request_error',
    message: 'Request timed out: the rest of the body did not arrive in time.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    proxyError: 'http_request_denied',
    message: 'Unsupported expectation in the Expect header; only 100-continue is supported.',
  },
  UPSTREAM_REFUSED: {
    status: 502,
    proxyError: 'connection_refused',
    message: 'The service refused the connection.',
  },
  UPSTREAM_UNREACHABLE: {
    status: 502,
    proxyError: 'destination_unavailable',
    message: 'The service is unreachable: no connection could be opened.',
  },
  UPSTREAM_RESET: {
    status: 502,
    proxyError: 'connection_terminated',
    message: 'The service closed the connection before it sent a complete response.',
  },
  UPSTREAM_BAD_RESPONSE: {
    status: 502,
    proxyError: 'http_protocol_error',
    message: 'Invalid HTTP response from the service.',
  },
  NO_INSTANCE: {
    status: 503,
    proxyError: 'destination_unavailable',
    message: 'No instance of the service is available; retry later.',
  },
  NOT_SYNCED: {
    status: 503,
    proxyError: 'destination_unavailable',
    message: 'This gateway has not received the routes from the registry yet; retry later.',
  },
  TOO_MANY_HELD_FOR_CALLER: {
    status: 429,
    proxyError: 'http_request_denied',
    message: 'Too many requests of this client are waiting for an instance of the service; retry later.',
  },
  TOO_MANY_HELD: {
    status: 503,
    proxyError: 'connection_limit_reached',
    message: 'Too many requests are waiting for an instance of the service; retry later.',
  },
  SERVICE_OVERLOADED: {
    status: 503,
    proxyError: 'connection_limit_reached',
    message: 'The service is at its limit of requests in flight (max_in_flight); retry later.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    proxyError: 'connection_read_timeout',
    message: 'The service did not start to respond in time.',
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    proxyError: 'connection_read_timeout',
    message: "The call did not end within the caller's grpc-timeout.",
  },
  UPSTREAM_WITHOUT_HTTP2: {
    status: 502,
    proxyError: 'http_protocol_error',
    message:
      'The service does not speak HTTP/2, which gRPC needs: register its instances with protocol h2c, or set protocol: h2c on its route.',
  },
  UPSTREAM_CONNECT_TIMEOUT: {
    status: 504,
    proxyError: 'connection_timeout',
    message: 'Timed out while connecting to the service.',
  },
  LOOP: {
    status: 508,
    proxyError: 'proxy_loop_detected',
    message: 'Proxy loop detected: this request has passed through this gateway before (Via header).',
  },
  INTERNAL_ERROR: {
    status: 500,
    proxyError: 'proxy_internal_error',
    message: 'Internal error of the gateway; its log has the cause under this request id.',
  },
} as const satisfies Record<string, Kind>;
