import { isIP } from 'node:net';
import {
  isSampled,
  spanMethod,
  type AppError,
  type Span,
  type TraceContext,
  type Tracer,
} from '@rollcall/service-kit';
import { attemptErrorType } from '../ports/attempt-error-type';
import type { PolicyRequest } from '../policies/policy';
import type { AnswerEnd, Caller } from '../ports/caller';
import type { AttemptFailure } from '../ports/transport';
import type { HoldResult } from './held-requests';
import { routeName } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';

/**
 * What is recorded of one request: itself, its wait for an instance, and each attempt, all of them siblings below it.
 * Names and attributes are those of OpenTelemetry's HTTP conventions; `rollcall.` is what they have no word for.
 */
export interface RequestSpans {
  /** It is held. @returns what to call when that is over */
  hold(service: string | undefined): (result: HoldResult) => void;
  /** @param resendCount how many attempts there were before this one */
  attempt(upstream: Upstream, policy: RoutePolicy, resendCount: number): AttemptSpan;
  /** Its answer is over for good. */
  end(outcome: RequestOutcome): void;
}

/** The end of a request, as its span tells it; a request record is one. */
export interface RequestOutcome {
  readonly destination: Destination | undefined;
  readonly attempts: number;
  readonly status: number;
  readonly failure: AppError | undefined;
  readonly end: AnswerEnd;
}

export interface AttemptSpan {
  /** What the instance gets in `traceparent`. */
  readonly trace: TraceContext;
  /**
   * The attempt is over, its answer's body included.
   *
   * @param status of the answer, when one has begun
   */
  end(status: number | undefined, failure: AttemptFailure | undefined): void;
}

export interface RequestSpansOptions {
  readonly tracer: Tracer;
  /** Whom a request is from, as far as this gateway believes what it is told. */
  readonly clientOf: (request: PolicyRequest) => string;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** @returns what begins the spans of a request, and nothing for one that is not sampled */
export function createRequestSpans(options: RequestSpansOptions) {
  return (caller: Caller): RequestSpans | undefined =>
    isSampled(caller.facts.trace) ? startSpans(caller, options) : undefined;
}

/** What `error.type` says of a hold that found no instance. */
const HOLD_ERRORS: Readonly<Record<Exclude<HoldResult, 'ready'>, string>> = {
  timeout: 'timed_out',
  left: 'client_disconnected',
  'service-over-share': 'over_share',
  'caller-over-share': 'over_share',
};

function startSpans(caller: Caller, { tracer, clientOf, now }: RequestSpansOptions): RequestSpans {
  const { facts, target } = caller;
  const { name, attributes: methods } = spanMethod(caller.method);
  const asked = authorityOf(`${facts.scheme}://${facts.host}`);
  const span = tracer.start(facts.trace, {
    name,
    kind: 'server',
    attributes: {
      ...methods,
      'url.path': target.path,
      'url.scheme': facts.scheme,
      'server.address': asked?.host,
      'server.port': asked?.port,
      'client.address': clientOf(caller),
      'network.protocol.version': facts.httpVersion,
    },
  });
  const { trace } = span;

  return {
    hold(service) {
      const startedAt = now();
      const held = tracer.startChild(trace, {
        name: 'hold',
        kind: 'internal',
        attributes: { 'rollcall.service': service },
      });
      return (result) => {
        held.set({ 'rollcall.held_ms': Math.round(now() - startedAt) });
        if (result !== 'ready') held.fail(HOLD_ERRORS[result]);
        held.end();
      };
    },
    attempt({ id, origin, instance }, { picker }, resendCount) {
      const server = authorityOf(origin);
      const attempt = tracer.startChild(trace, {
        name,
        kind: 'client',
        attributes: {
          ...methods,
          'http.request.resend_count': resendCount === 0 ? undefined : resendCount,
          'server.address': server?.host,
          'server.port': server?.port,
          // What it was registered with, where that is an address and no name.
          'network.peer.address': server?.isAddress === true ? server.host : undefined,
          'rollcall.service': instance.service_name,
          'rollcall.instance.id': id,
          'rollcall.picker': picker,
        },
      });
      return { trace: attempt.trace, end: (status, failure) => endAttempt(attempt, status, failure) };
    },
    end({ destination, attempts, status, failure, end }) {
      if (destination !== undefined) {
        const route = routeName(destination);
        span.rename(`${name} ${route}`);
        span.set({ 'http.route': route, 'rollcall.route.source': destination.source });
      }
      span.set({ 'rollcall.attempts': attempts });
      if (end === 'gone') span.fail('client_disconnected');
      else {
        span.set({ 'http.response.status_code': status });
        if (end === 'cut') span.fail('cut');
        // 4xx is the caller's fault, and no error of a server's.
        else if (status >= 500) span.fail(failure?.code ?? String(status));
      }
      span.end();
    },
  };
}

function endAttempt(span: Span, status: number | undefined, failure: AttemptFailure | undefined): void {
  if (status !== undefined) span.set({ 'http.response.status_code': status });
  if (failure !== undefined) span.fail(attemptErrorType(failure.outcome));
  // To a client a 4xx is an error too.
  else if (status !== undefined && status >= 400) span.fail(String(status));
  span.end();
}

interface Authority {
  readonly host: string;
  readonly isAddress: boolean;
  readonly port: number;
}

/** Those seen so far: to parse a URL costs as much as a span. Bounded, as a caller can name any number of hosts. */
const authorities = new Map<string, Authority | undefined>();
const MAX_AUTHORITIES = 500;
const LONGEST_KEPT = 300;

function authorityOf(url: string): Authority | undefined {
  if (authorities.has(url)) return authorities.get(url);
  const authority = parseAuthority(url);
  if (url.length > LONGEST_KEPT) return authority;
  if (authorities.size >= MAX_AUTHORITIES) authorities.clear();
  authorities.set(url, authority);
  return authority;
}

function parseAuthority(url: string): Authority | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    isAddress: isIP(host) !== 0,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}
