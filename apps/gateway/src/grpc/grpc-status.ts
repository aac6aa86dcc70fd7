import type { AppError } from '@rollcall/service-kit';
import type { HeaderList } from '../headers/header-list';

/** The codes of gRPC that the gateway itself gives (https://grpc.io/docs/guides/status-codes/). */
const GRPC = {
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Of each HTTP status that the gateway's errors have. 14 is the one that clients retry. */
const BY_STATUS: Readonly<Record<number, number>> = {
  401: GRPC.unauthenticated,
  403: GRPC.permissionDenied,
  404: GRPC.unimplemented,
  405: GRPC.unimplemented,
  408: GRPC.unavailable,
  413: GRPC.resourceExhausted,
  414: GRPC.resourceExhausted,
  429: GRPC.resourceExhausted,
  431: GRPC.resourceExhausted,
  501: GRPC.unimplemented,
  502: GRPC.unavailable,
  503: GRPC.unavailable,
  504: GRPC.unavailable,
  505: GRPC.unimplemented,
};

/** Of the errors whose HTTP status stands for others as well. */
const BY_CODE: Readonly<Record<string, number>> = {
  DEADLINE_EXCEEDED: GRPC.deadlineExceeded,
  UPSTREAM_BAD_RESPONSE: GRPC.internal,
  UPSTREAM_WITHOUT_HTTP2: GRPC.unimplemented,
};

/** The status of gRPC that an error of the gateway's own is to its caller. */
export function grpcStatusOf({ code, status }: Pick<AppError, 'code' | 'status'>): number {
  return BY_CODE[code] ?? BY_STATUS[status] ?? GRPC.internal;
}

/** What a gRPC caller gets of a status: digits, of which there are few. @returns `undefined` for anything else */
export function parseGrpcStatus(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,2}$/.test(value)) return undefined;
  const status = Number(value);
  return status <= GRPC.unauthenticated ? status : undefined;
}

/**
 * An answer that says of itself, before any message, that the service cannot take the call now. To the health of its
 * instance that is what 503 is.
 */
export function isUnavailable(headers: Pick<HeaderList, 'get'>): boolean {
  return headers.get('grpc-status') === String(GRPC.unavailable);
}

/** HTTP status of every answer to gRPC: its clients map others to codes of their own. */
export const GRPC_HTTP_STATUS = 200;

/**
 * The fields of an error as gRPC has it: an answer of a head alone (Trailers-Only).
 *
 * @param contentType of the request
 */
export function grpcErrorFields(error: AppError, contentType: string): Readonly<Record<string, string>> {
  const status = grpcStatusOf(error);
  const { 'Retry-After': retryAfter, ...headers } = error.headers;
  const message = error.expose ? error.message : 'Internal error; the log of the gateway has it.';
  return {
    'Content-Type': contentType,
    'grpc-status': String(status),
    'grpc-message': percentEncoded(message),
    // When a client may try again, in the words that clients of gRPC know.
    ...(retryAfter !== undefined && /^\d+$/.test(retryAfter)
      ? { 'grpc-retry-pushback-ms': String(Number(retryAfter) * 1000) }
      : {}),
    ...headers,
  };
}

/** As `grpc-message` is written: printable ASCII but for `%`, and the other bytes of its UTF-8 in hexadecimal. */
function percentEncoded(message: string): string {
  return message.replace(/[^\x20-\x24\x26-\x7e]+/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
