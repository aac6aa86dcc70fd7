import type { HeaderList } from '../headers/header-list';

export interface AskedRequest {
  readonly method: string;
  readonly headers: Pick<HeaderList, 'get'>;
}

const GRPC_TYPE = 'application/grpc';

/**
 * What a gRPC request says that its content is, gRPC-Web included; `undefined` for any other request. Its caller reads
 * no body of an error, and takes the outcome of its call from `grpc-status`.
 */
export function grpcContentType({ method, headers }: AskedRequest): string | undefined {
  if (method !== 'POST') return undefined;
  const type = headers.get('content-type');
  if (type === undefined || !type.startsWith(GRPC_TYPE)) return undefined;
  const next = type[GRPC_TYPE.length] ?? ';';
  return next === ';' || next === '+' || next === '-' ? type : undefined;
}

/** gRPC-Web has its trailers in the body (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md): any HTTP carries it. */
export function needsHttp2(contentType: string): boolean {
  return !contentType.startsWith(`${GRPC_TYPE}-web`);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
const TIMEOUT = /^(\d{1,8})([HMSmun])$/;

/**
 * `grpc-timeout` in milliseconds (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md); `undefined` without
 * one, and for one that is malformed, which servers ignore.
 */
export function grpcTimeoutMs(headers: Pick<HeaderList, 'get'>): number | undefined {
  const [, value = '', unit = ''] = TIMEOUT.exec(headers.get('grpc-timeout') ?? '') ?? [];
  return value === '' ? undefined : Number(value) * (UNIT_MS[unit] ?? 0);
}

const MOST_DIGITS = 1e8;

/** A `grpc-timeout` of so many milliseconds, rounded up to what eight digits can say. */
export function formatGrpcTimeout(milliseconds: number): string {
  const whole = Math.ceil(milliseconds);
  if (whole < MOST_DIGITS) return `${whole}m`;
  const seconds = Math.ceil(whole / 1000);
  return seconds < MOST_DIGITS ? `${seconds}S` : `${Math.min(Math.ceil(seconds / 3600), MOST_DIGITS - 1)}H`;
}
