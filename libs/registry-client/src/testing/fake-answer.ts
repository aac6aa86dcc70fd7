import { STATUS_CODES, type ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE, type Fault } from '@rollcall/contracts';

/** An answer before it is sent. */
export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent for an empty body. */
  readonly body?: object;
}

/** An answer that says no, as the registry says it: RFC 9457 with a stable `code`. */
export interface FakeProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly Fault[];
  /** Sent as the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

export function problemAnswer({ retryAfterSeconds, ...problem }: FakeProblem): FakeAnswer {
  return {
    status: problem.status,
    headers: {
      'content-type': PROBLEM_CONTENT_TYPE,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` }),
    },
    body: { type: 'about:blank', title: STATUS_CODES[problem.status], ...problem },
  };
}

export function sendAnswer(response: ServerResponse, { status, headers = {}, body }: FakeAnswer): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
