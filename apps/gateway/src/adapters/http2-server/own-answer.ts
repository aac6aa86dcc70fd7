import { PROBLEM_CONTENT_TYPE } from '@rollcall/contracts';
import { toProblem, type AppError } from '@rollcall/service-kit';
import { headerListOf, type HeaderList } from '../../headers/header-list';

/** An answer of the gateway's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly fields: HeaderList;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** An error in the form in which callers are told of it. @param path `undefined` where the request had none to be named */
export function errorAnswer(error: AppError, requestId: string, path: string | undefined): OwnAnswer {
  const problem = toProblem(error, path === undefined ? undefined : { requestId, path });
  const body = Buffer.from(JSON.stringify({ ...problem, request_id: requestId }));
  const headers = {
    'Content-Type': PROBLEM_CONTENT_TYPE,
    'Content-Length': String(body.length),
    ...error.headers,
  };
  return { status: error.status, fields: named(headers, requestId), body };
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
