import type { HostAttempt } from '@rollcall/load-balancing';
import type { SendQueue } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import { extendForwardedPrefix, passRequestHeaders } from '../headers/request-passes';
import type { WriteRound } from '../ports/write-round';
import { upstreamPath } from '../routing/upstream-path';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';
import type { Exchange } from './exchange';
import { readKept } from './keep-body';
import { createRequestBody, hasBody } from './request-body';
import { createResponseRelay, type AttemptResult } from './response-relay';
import type { Tunnels } from './tunnels';

export interface AttemptOptions {
  readonly exchange: Exchange;
  readonly destination: Destination;
  readonly upstream: Upstream;
  /** The same attempt as its instance's health counts it. */
  readonly hostAttempt: HostAttempt;
  readonly freshSocket: boolean;
  readonly headersTimeoutMs: number;
  readonly tunnels: Tunnels;
  readonly writes: WriteRound;
  readonly sendQueue: SendQueue;
}

/** Sends the original request, made ready for this instance, and streams the answer back if there is one. */
export function sendAttempt(options: AttemptOptions): Promise<AttemptResult> {
  const { exchange, destination, upstream, hostAttempt, tunnels, writes } = options;
  const { freshSocket, headersTimeoutMs, sendQueue } = options;
  const { connectTimeoutMs, idleTimeoutMs } = destination.policy;
  const headers = exchange.headers.copy();
  passRequestHeaders(headers, exchange.facts);
  if (destination.hiddenPrefix !== undefined) extendForwardedPrefix(headers, destination.hiddenPrefix);
  const { decisions } = exchange;
  if (decisions !== undefined) for (const edit of decisions.requestEdits) edit(headers);

  const relay = createResponseRelay({
    exchange,
    idleTimeoutMs,
    writes,
    sendQueue,
    onUpgrade: (head, socket) => tunnels.open(exchange, head, socket),
    onFinished: () => hostAttempt.release(),
  });
  const attempt = upstream.send(
    {
      method: exchange.method,
      path: upstreamPath(destination, decisions?.target ?? exchange.target, upstream.basePath),
      headers: headers.toRaw(),
      body: bodyOf(exchange, idleTimeoutMs, () => attempt.abort()),
      upgrade: exchange.upgrade?.protocol,
      freshSocket,
      connectTimeoutMs,
      headersTimeoutMs,
      idleTimeoutMs,
    },
    relay,
  );
  relay.attached(attempt);
  return relay.result;
}

function bodyOf(exchange: Exchange, idleTimeoutMs: number, abort: () => void) {
  if (!hasBody(exchange.req)) return null;
  if (exchange.keptBody !== undefined) return readKept(exchange.keptBody);
  return createRequestBody(exchange.req, {
    idleTimeoutMs,
    maxBytes: exchange.decisions?.maxBodyBytes ?? Infinity,
    onTaken: () => exchange.takeBody(),
    onOver: () => exchange.leaveBody(),
    onIdle() {
      exchange.fail(gatewayError('REQUEST_TIMEOUT'));
      abort();
    },
    onTooLong() {
      exchange.fail(gatewayError('BODY_TOO_LARGE'));
      abort();
    },
    onGone: abort,
  });
}
