import type { AppError } from '@rollcall/service-kit';
import type { HeaderList } from '../headers/header-list';

/** All codes of gRPC (https://grpc.io/docs/guides/status-codes/). */
export const GRPC_STATUSES = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcStatusName = keyof typeof GRPC_STATUSES;

/** Of each HTTP status that the gateway's errors have. 14 is the one that clients retry. */
const BY_STATUS: Readonly<Record<number, number>> = {
  401: GRPC_STATUSES.UNAUTHENTICATED,
  403: GRPC_STATUSES.PERMISSION_DENIED,
  404: GRPC_STATUSES.UNIMPLEMENTED,
  405: GRPC_STATUSES.UNIMPLEMENTED,
  408: GRPC_STATUSES.UNAVAILABLE,
  413: GRPC_STATUSES.RESOURCE_EXHAUSTED,
  414: GRPC_STATUSES.RESOURCE_EXHAUSTED,
  429: GRPC_STATUSES.RESOURCE_EXHAUSTED,
  431: GRPC_STATUSES.RESOURCE_EXHAUSTED,
  501: GRPC_STATUSES.UNIMPLEMENTED,
  502: GRPC_STATUSES.UNAVAILABLE,
  503: GRPC_STATUSES.UNAVAILABLE,
  504: GRPC_STATUSES.UNAVAILABLE,
  505: GRPC_STATUSES.UNIMPLEMENTED,
};

/** Of the errors whose HTTP status stands for others as well. */
const BY_CODE: Readonly<Record<string, number>> = {
  DEADLINE_EXCEEDED: GRPC_STATUSES.DEADLINE_EXCEEDED,
  UPSTREAM_BAD_RESPONSE: GRPC_STATUSES.INTERNAL,
  UPSTREAM_WITHOUT_HTTP2: GRPC_STATUSES.UNIMPLEMENTED,
};

/** The status of gRPC that an error of the gateway's own is to its caller. */
export function grpcStatusOf({ code, status }: Pick<AppError, 'code' | 'status'>): number {
  return BY_CODE[code] ?? BY_STATUS[status] ?? GRPC_STATUSES.INTERNAL;
}

/** What a gRPC caller gets of a status: digits, of which there are few. @returns `undefined` for anything else */
export function parseGrpcStatus(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,2}$/.test(value)) return undefined;
  const status = Number(value);
  return status <= GRPC_STATUSES.UNAUTHENTICATED ? status : undefined;
}

/**
 * An answer that says of itself, before any message, that the service cannot take the call now. To the health of its
 * instance that is what 503 is.
 */
export function isUnavailable(headers: Pick<HeaderList, 'get'>): boolean {
  return headers.get('grpc-status') === String(GRPC_STATUSES.UNAVAILABLE);
}

/**
 * Whether a call may be sent to another instance for this answer: it has one of the statuses before any message, and does
 * not say itself when its caller is to try again (https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
 */
export function isRetryable(headers: Pick<HeaderList, 'get'>, statuses: readonly number[]): boolean {
  const status = parseGrpcStatus(headers.get('grpc-status'));
  return (
    status !== undefined && statuses.includes(status) && headers.get('grpc-retry-pushback-ms') === undefined
  );
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
