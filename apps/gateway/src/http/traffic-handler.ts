import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { CidrSet } from '@rollcall/address-guard';
import { requestIdFrom, traceContextFrom } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import { headerListOf, type HeaderList } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import { plainAddress } from '../headers/plain-address';
import { hasPassed } from '../headers/via';
import { createExchange, type Exchange, type UpgradeRequest } from '../proxy/exchange';
import { hasBody } from '../proxy/request-body';
import { parseRequestTarget, type RequestTarget } from '../routing/request-target';
import { isReservedPath } from '../routing/reserved-paths';
import { createPooledRandomBytes } from './pooled-random-bytes';

export interface TrafficHandlerOptions {
  /** Never rejects. */
  readonly proxy: (exchange: Exchange) => Promise<void>;
  /** Answers the gateway's own paths. */
  readonly ownPaths: RequestListener;
  /** Proxies that are believed about whom they speak for. */
  readonly trusted: CidrSet;
  /** What callers speak with this port. */
  readonly scheme: RequestFacts['scheme'];
  /** This gateway's name in Via; unique to this process, so that only its own loops are loops. */
  readonly pseudonym: string;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onClose: (exchange: Exchange) => void;
}

/** What the port of the traffic does with a request before it is anybody's. */
export type TrafficHandler = (req: IncomingMessage, res: ServerResponse, upgrade?: UpgradeRequest) => void;

const NO_TARGET: RequestTarget = { path: '*', query: '', host: '' };

export function createTrafficHandler(options: TrafficHandlerOptions): TrafficHandler {
  const { proxy, ownPaths, trusted, scheme, pseudonym, now, onClose } = options;
  const randomBytes = createPooledRandomBytes();

  function factsOf(req: IncomingMessage, headers: HeaderList, target: RequestTarget): RequestFacts {
    const peer = plainAddress(req.socket.remoteAddress ?? 'unknown');
    const trace = traceContextFrom(
      { traceparent: headers.get('traceparent'), tracestate: headers.get('tracestate') },
      randomBytes,
    );
    return {
      peer,
      peerTrusted: trusted.has(peer),
      scheme,
      host: target.authority ?? headers.get('host') ?? '',
      httpVersion: req.httpVersion,
      requestId: requestIdFrom(headers.get('x-request-id'), () => trace.traceId),
      trace,
      pseudonym,
    };
  }

  return (req, res, upgrade) => {
    const headers = headerListOf(req.rawHeaders);
    const target = parseRequestTarget(req.url ?? '', headers.get('host'));
    // HTTP/1.0 knows no informational answers (RFC 9110 §10.1.1).
    const expectation = req.httpVersion === '1.0' ? undefined : headers.get('expect')?.toLowerCase();
    const expectsContinue = expectation === '100-continue';
    if (!('fault' in target) && isReservedPath(target.path)) {
      if (expectsContinue) res.writeContinue();
      return ownPaths(req, res);
    }

    const known = 'fault' in target ? NO_TARGET : target;
    const exchange = createExchange({
      req,
      res,
      headers,
      target: known,
      facts: factsOf(req, headers, known),
      startedAt: now(),
      expectsContinue,
      ...(upgrade === undefined ? {} : { upgrade }),
      onClose,
    });
    if (expectation !== undefined && !expectsContinue)
      return exchange.fail(gatewayError('EXPECTATION_FAILED'));
    if ('fault' in target) return exchange.fail(gatewayError('BAD_REQUEST', { message: target.fault }));
    const refusal = refusalOf(exchange);
    if (refusal !== undefined) return exchange.fail(refusal);
    void proxy(exchange);
  };
}

/** Requests that no route could take. */
function refusalOf({ req, method, headers, facts, upgrade }: Exchange) {
  if (method === 'TRACE' || method === 'CONNECT')
    return gatewayError('METHOD_NOT_ALLOWED', {
      message: `${method} is not forwarded.`,
      headers: { Allow: '' },
    });
  if (headers.all('host').length > 1)
    return gatewayError('BAD_REQUEST', { message: 'The request has more than one Host.' });
  const coding = headers.get('transfer-encoding');
  // Only the framing is undone here; a coding beneath it would reach the instance without its name.
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return gatewayError('BAD_REQUEST', { message: 'No other Transfer-Encoding than chunked is taken.' });
  if (upgrade !== undefined && hasBody(req))
    return gatewayError('BAD_REQUEST', { message: 'A request to switch protocols cannot have a body.' });
  if (hasPassed(headers.all('via'), facts.pseudonym)) return gatewayError('LOOP');
  return undefined;
}
