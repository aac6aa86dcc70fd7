import type { AppError, TraceContext } from '@rollcall/service-kit';
import { grpcContentType } from '../grpc/grpc-request';
import { grpcStatusOf, parseGrpcStatus } from '../grpc/grpc-status';
import { headerListOf } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import type { AnswerEnd, Caller } from '../ports/caller';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import type { Attempted } from './attempts';
import type { RequestSpans } from './request-spans';
import type { Routed } from './routed';

/** One request, when its answer is over for good: what the access log, the metrics and traces are made of. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly facts: RequestFacts;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** `undefined` where no route was found. */
  readonly destination: Destination | undefined;
  /** The policy that has answered in place of an instance. */
  readonly policy: string | undefined;
  /** The instance that was asked last. */
  readonly upstream: Upstream | undefined;
  readonly attempts: number;
  /** 499 when the caller went away first (nginx's number, never sent). */
  readonly status: number;
  /** The error of the gateway's own that was answered. */
  readonly failure: AppError | undefined;
  /** Of gRPC, to its caller: of the instance, or of the gateway itself; `undefined` where none came. */
  readonly grpcStatus: number | undefined;
  readonly end: AnswerEnd;
  /** Where it is recorded; `undefined` where it is not. */
  readonly recorded: TraceContext | undefined;
}

export interface ServedRequest {
  readonly caller: Caller;
  readonly routed: Routed | undefined;
  readonly attempted: Attempted | undefined;
  readonly end: AnswerEnd;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly spans: RequestSpans | undefined;
}

export function recordOf({
  caller,
  routed,
  attempted,
  end,
  startedAt,
  endedAt,
  spans,
}: ServedRequest): RequestRecord {
  return {
    method: caller.method,
    path: caller.target.path,
    facts: caller.facts,
    startedAt,
    endedAt,
    destination: routed?.destination,
    policy: routed?.policy,
    upstream: attempted?.upstream,
    attempts: attempted?.count ?? 0,
    status: end === 'gone' ? 499 : caller.status,
    failure: caller.failure,
    grpcStatus: grpcContentType(caller) === undefined ? undefined : grpcStatus(caller, attempted),
    end,
    recorded: spans === undefined ? undefined : caller.facts.trace,
  };
}

function grpcStatus({ failure }: Caller, attempted: Attempted | undefined): number | undefined {
  if (failure !== undefined) return grpcStatusOf(failure);
  if (attempted?.kind !== 'answered') return undefined;
  const { head, trailers } = attempted.answer;
  return parseGrpcStatus(headerListOf(trailers).get('grpc-status') ?? head.headers.get('grpc-status'));
}
