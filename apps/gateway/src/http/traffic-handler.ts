import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { plainAddress, type CidrSet } from '@rollcall/address-guard';
import { requestIdFrom, traceContextFrom } from '@rollcall/service-kit';
import { headerListOf, type HeaderList } from '../headers/header-list';
import type { RequestFacts } from '../headers/request-passes';
import { hasBody } from '../proxy/request-body';
import { cutUnlessWhole } from '../proxy/lingering';
import { createExchange, type Exchange, type UpgradeRequest } from '../proxy/exchange';
import { parseRequestTarget, type RequestTarget } from '../routing/request-target';
import { isReservedPath } from '../routing/reserved-paths';
import { ownOptions } from './final-recipient';
import { createPooledRandomBytes } from './pooled-random-bytes';
import { requestRefusal } from './request-refusal';

export interface TrafficHandlerOptions {
  /** Never rejects. */
  readonly proxy: (exchange: Exchange) => Promise<void>;
  /** Answers the gateway's own paths. */
  readonly ownPaths: RequestListener;
  /** Milliseconds for a body to these to come in whole. */
  readonly ownBodyTimeoutMs: number;
  /** Proxies that are believed about whom they speak for. */
  readonly trusted: CidrSet;
  /** Gateways in front; believed about the caller's key too. */
  readonly trustedGateways: CidrSet;
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
  const { proxy, ownPaths, ownBodyTimeoutMs, trusted, trustedGateways } = options;
  const { scheme, pseudonym, now, onClose } = options;
  const randomBytes = createPooledRandomBytes();

  function factsOf(req: IncomingMessage, headers: HeaderList, target: RequestTarget): RequestFacts {
    const peer = plainAddress(req.socket.remoteAddress ?? 'unknown');
    const peerIsGateway = trustedGateways.has(peer);
    const trace = traceContextFrom(
      { traceparent: headers.get('traceparent'), tracestate: headers.get('tracestate') },
      randomBytes,
    );
    return {
      peer,
      peerTrusted: peerIsGateway || trusted.has(peer),
      peerIsGateway,
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
    const expectsContinue =
      req.httpVersion !== '1.0' && headers.get('expect')?.toLowerCase() === '100-continue';
    const refusal = requestRefusal({ req, headers, target, pseudonym });
    if (refusal === undefined && !('fault' in target) && isReservedPath(target.path)) {
      if (expectsContinue) res.writeContinue();
      // What forwards a body has a clock for it; Express has none.
      if (hasBody(req)) cutUnlessWhole(req, ownBodyTimeoutMs);
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
      upgrade,
      onClose,
    });
    if (refusal !== undefined) return exchange.fail(refusal);
    const own = ownOptions(req.method ?? '', known.path, headers);
    if (own !== undefined) return exchange.answer(204, own);
    void proxy(exchange);
  };
}
