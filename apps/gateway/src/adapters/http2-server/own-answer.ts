import type { AppError } from '@rollcall/service-kit';
import { grpcContentType, needsHttp2 } from '../../grpc/grpc-request';
import { grpcErrorFields } from '../../grpc/grpc-status';
import { headerListOf, type HeaderList } from '../../headers/header-list';
import type { Caller } from '../../ports/caller';
import { errorAnswer, type FailedRequest } from '../error-answer';

/** An answer of the gateway's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly fields: HeaderList;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** An error in the form in which its caller can read it. */
export function failedAnswer(
  error: AppError,
  caller: Pick<Caller, 'method' | 'headers' | 'facts' | 'target'>,
): OwnAnswer {
  const { facts, target } = caller;
  const grpcType = grpcContentType(caller);
  return refusedAnswer(error, { requestId: facts.requestId, path: target.path, grpcType });
}

/**
 * An error as trailers, behind what its caller has already.
 *
 * @returns name, value, name, value …; `undefined` for a caller that does not look there
 */
export function failedTrailers(
  error: AppError,
  caller: Pick<Caller, 'method' | 'headers'>,
): readonly string[] | undefined {
  const grpcType = grpcContentType(caller);
  if (grpcType === undefined || !needsHttp2(grpcType)) return undefined;
  const { 'grpc-status': status = '', 'grpc-message': message = '' } = grpcErrorFields(error, grpcType);
  return ['grpc-status', status, 'grpc-message', message];
}

export function refusedAnswer(error: AppError, failed: FailedRequest): OwnAnswer {
  const { status, headers, body } = errorAnswer(error, failed);
  return { status, fields: named(headers, failed.requestId), body: Buffer.from(body) };
}

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  requestId: string,
): OwnAnswer {
  return { status, fields: named(headers, requestId), body: NOTHING };
}

function named(headers: Readonly<Record<string, string>>, requestId: string): HeaderList {
  const fields = headerListOf(Object.entries(headers).flat());
  fields.append('X-Request-Id', requestId);
  return fields;
}
