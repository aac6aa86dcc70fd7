import type { AppError } from '@rollcall/service-kit';
import { grpcContentType } from '../../grpc/grpc-request';
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
