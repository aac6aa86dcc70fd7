import type { HostAttempt } from '@rollcall/load-balancing';
import { formatTraceparent } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import { formatGrpcTimeout } from '../grpc/grpc-request';
import type { HeaderList } from '../headers/header-list';
import { extendForwardedPrefix, passRequestHeaders } from '../headers/request-passes';
import { passTrailers } from '../headers/trailers';
import type { Caller, CallerBody } from '../ports/caller';
import type { AttemptFailure, OutgoingBody, ResponseHead } from '../ports/transport';
import type { WriteRound } from '../ports/write-round';
import { upstreamPath } from '../routing/upstream-path';
import type { Upstream } from '../upstreams/upstream';
import type { CallDeadline } from './call-deadline';
import { DecliningRelay, type DeclinedAnswer } from './declined-answer';
import { readKept } from './keep-body';
import type { AttemptSpan } from './request-spans';
import { createRequestBody } from './request-body';
import { createResponseRelay, type AttemptResult } from './response-relay';
import type { RoutedRequest } from './routed';
import type { Tunnels } from './tunnels';

export interface AttemptOptions {
  readonly caller: Caller;
  readonly routed: RoutedRequest;
  /** The caller's, perhaps recorded. */
  readonly body: CallerBody | null;
  /** The whole body, where it was read before. */
  readonly keptBody: Buffer | undefined;
  readonly upstream: Upstream;
  /** The same attempt as its instance's health counts it. */
  readonly hostAttempt: HostAttempt;
  /** `undefined` where the request is not recorded. */
  readonly span: AttemptSpan | undefined;
  readonly freshSocket: boolean;
  /** Of the route: no connection is waited for any longer than for an answer. */
  readonly connectAtMostMs: number;
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Of a caller that has said one. */
  readonly callDeadline: CallDeadline | undefined;
  /** The instance to be asked instead of relaying this one's answer; absent where every answer is relayed. */
  readonly insteadOf: ((head: ResponseHead) => Upstream | undefined) | undefined;
  /** Milliseconds, monotonic. */
  readonly begunAt: number;
  readonly tunnels: Tunnels;
  readonly writes: WriteRound;
}

/** Sends the original request, made ready for this instance, and streams the answer back if there is one. */
export function sendAttempt(options: AttemptOptions): Promise<AttemptResult | DeclinedAnswer> {
  const { caller, routed, upstream, hostAttempt, span, tunnels, writes } = options;
  const { freshSocket, headersTimeoutMs, idleTimeoutMs, callDeadline, insteadOf, begunAt } = options;
  const { destination, decisions } = routed;
  const { connectTimeoutMs, protocol } = destination.policy;
  const headers = caller.headers.copy();
  editFields(headers, options);
  if (callDeadline !== undefined)
    headers.set('grpc-timeout', formatGrpcTimeout(callDeadline.remainingMs(begunAt)));

  const onFinished = (status: number | undefined, failure?: AttemptFailure): void => {
    hostAttempt.release();
    span?.end(status, failure);
  };
  const plain = createResponseRelay({
    caller,
    decisions,
    upstream,
    idleTimeoutMs,
    writes,
    onUpgrade(head, socket) {
      // What follows is no HTTP, and may last for days.
      span?.end(head.status, undefined);
      tunnels.open(caller, head, socket);
    },
    onFinished,
  });
  const relay = insteadOf === undefined ? plain : new DecliningRelay(plain, { insteadOf, onFinished });
  const attempt = upstream.send(
    {
      method: caller.method,
      path: upstreamPath(destination, decisions?.target ?? caller.target, upstream.basePath),
      headers,
      body: options.body === null ? null : bodyOf(options, () => attempt.abort()),
      upgrade: caller.upgrade,
      freshSocket,
      connectTimeoutMs,
      connectAtMostMs: options.connectAtMostMs,
      headersTimeoutMs,
      idleTimeoutMs,
    },
    relay,
    protocol,
  );
  relay.attached(attempt);
  callDeadline?.onPassed(() => attempt.abort());
  return relay.result;
}

/** What the instance gets of the request's fields, by the gateway's own passes and by the route's policies. */
export function editFields(
  headers: HeaderList,
  { caller, routed, span }: Pick<AttemptOptions, 'caller' | 'routed' | 'span'>,
): void {
  const { destination, decisions } = routed;
  passRequestHeaders(headers, caller.facts);
  if (span !== undefined) headers.set('traceparent', formatTraceparent(span.trace));
  if (destination.hiddenPrefix !== undefined) extendForwardedPrefix(headers, destination.hiddenPrefix);
  if (decisions !== undefined) for (const edit of decisions.requestEdits) edit(headers);
}

function bodyOf(options: AttemptOptions, abort: () => void): OutgoingBody | null {
  const { caller, routed, body, keptBody, idleTimeoutMs } = options;
  if (keptBody !== undefined) return readKept(keptBody);
  if (body === null) return null;
  return createRequestBody(body, {
    idleTimeoutMs,
    maxBytes: routed.decisions?.maxBodyBytes ?? Infinity,
    passTrailers: (trailers) =>
      passTrailers(trailers, caller.headers, (fields) => editFields(fields, options)),
    onIdle() {
      caller.fail(gatewayError('REQUEST_TIMEOUT'));
      abort();
    },
    onTooLong() {
      caller.fail(gatewayError('BODY_TOO_LARGE'));
      abort();
    },
    onGone: abort,
  });
}
