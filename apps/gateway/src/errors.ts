import { AppError } from '@rollcall/service-kit';
import { ERROR_KINDS } from './error-kinds';

/** Errors after which the beginning of the connection's next request is unknown, so that the connection is closed. */
const CLOSING: ReadonlySet<GatewayErrorCode> = new Set([
  'BAD_REQUEST',
  'HEADERS_TOO_LARGE',
  'HTTP_VERSION_NOT_SUPPORTED',
  'METHOD_NOT_IMPLEMENTED',
  'REQUEST_TIMEOUT',
  'URI_TOO_LONG',
]);

export type GatewayErrorCode = keyof typeof ERROR_KINDS;

export interface GatewayErrorOptions {
  readonly cause?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the message of its kind. */
  readonly message?: string;
}

/** The gateway error for bytes that the server refused before they were a request. */
export function refusalError({ code, message, cause }: AppError): AppError {
  return isGatewayErrorCode(code)
    ? gatewayError(code, { message, cause })
    : gatewayError('BAD_REQUEST', { message, cause });
}

function isGatewayErrorCode(code: string): code is GatewayErrorCode {
  return Object.hasOwn(ERROR_KINDS, code);
}

/** An error answer of the gateway itself, marked by Proxy-Status (RFC 9209). */
export function gatewayError(code: GatewayErrorCode, options: GatewayErrorOptions = {}): AppError {
  const { status, proxyError, message } = ERROR_KINDS[code];
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
