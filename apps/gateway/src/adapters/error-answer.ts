import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import { toProblem, type AppError } from '@rollcall/service-kit';
import { GRPC_HTTP_STATUS, grpcErrorFields } from '../grpc/grpc-status';

/** An answer of the gateway's own, in full but for its request id. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FailedRequest {
  readonly requestId: string;
  /** `undefined` where the request had none that could be named. */
  readonly path: string | undefined;
  /** See `grpcContentType`. */
  readonly grpcType: string | undefined;
}

/** An error as its caller can read it: problem+json, or to a caller of gRPC a status of gRPC and no body. */
export function errorAnswer(error: AppError, { requestId, path, grpcType }: FailedRequest): ErrorAnswer {
  if (grpcType !== undefined)
    return { status: GRPC_HTTP_STATUS, headers: grpcErrorFields(error, grpcType), body: '' };
  const problem = toProblem(error, path === undefined ? undefined : { requestId, path });
  const body = JSON.stringify({ ...problem, request_id: requestId });
  const headers = {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    ...error.headers,
  };
  return { status: error.status, headers, body };
}
