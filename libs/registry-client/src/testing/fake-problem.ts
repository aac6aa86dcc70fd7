import { PROBLEM_CONTENT_TYPE, type Fault } from '@rollcall/contracts';
import { STATUS_CODES, type ServerResponse } from 'node:http';

/** An answer that says no, as the registry says it: RFC 9457 with a stable `code`. */
export interface FakeProblem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly Fault[];
  /** Sent as the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

export function sendProblem(response: ServerResponse, problem: FakeProblem): void {
  const { retryAfterSeconds, ...body } = problem;
  response.writeHead(problem.status, {
    'content-type': PROBLEM_CONTENT_TYPE,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` }),
  });
  response.end(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[problem.status], ...body }));
}
