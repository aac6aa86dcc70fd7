import { plainAddress, type CidrSet } from '@rollcall/address-guard';
import { createRandomHex, requestIdFrom, traceContextFrom, type Sample } from '@rollcall/service-kit';
import { FORWARDED_METHODS } from '../forwarded-methods';
import type { RequestFacts } from '../headers/request-passes';
import type { GatewayAnswer } from '../policies/policy';
import type { Acceptance, ReceivedHead, Traffic } from '../ports/caller';
import { parseRequestTarget, type RequestTarget } from '../routing/request-target';
import { isReservedPath } from '../routing/reserved-paths';
import { requestRefusal } from './request-refusal';

export interface AcceptRequestOptions {
  /** Proxies that are believed about whom they speak for. */
  readonly trusted: CidrSet;
  /** Gateways in front; believed about the caller's key too. */
  readonly trustedGateways: CidrSet;
  /** What callers speak with this port. */
  readonly scheme: RequestFacts['scheme'];
  /** Which traces are recorded; `undefined` while tracing is off. */
  readonly sample: Sample | undefined;
  /** This gateway's name in Via; unique to this process, so that only its own loops are loops. */
  readonly pseudonym: string;
}

const NO_TARGET: RequestTarget = { path: '*', query: '', host: '' };

/** Looks at the head of each request before it is routed: refused, for the gateway itself, or traffic. */
export function createAcceptRequest(options: AcceptRequestOptions): Traffic['accept'] {
  const { trusted, trustedGateways, scheme, sample, pseudonym } = options;
  const randomHex = createRandomHex();
  const ofTrusted = sample && { sample, believed: true };
  // A stranger who was believed would decide how much is recorded.
  const ofStrangers = sample && { sample, believed: false };

  function factsOf(
    { headers, peer: address, clientCertificate, httpVersion }: ReceivedHead,
    target: RequestTarget,
  ): RequestFacts {
    const peer = plainAddress(address);
    const peerIsGateway = trustedGateways.has(peer);
    const peerTrusted = peerIsGateway || trusted.has(peer);
    const trace = traceContextFrom(
      { traceparent: headers.get('traceparent'), tracestate: headers.get('tracestate') },
      randomHex,
      peerTrusted ? ofTrusted : ofStrangers,
    );
    return {
      peer,
      peerTrusted,
      peerIsGateway,
      scheme,
      clientCertificate,
      host: target.authority ?? headers.get('host') ?? '',
      httpVersion,
      requestId: requestIdFrom(headers.get('x-request-id'), () => trace.traceId),
      trace,
      pseudonym,
    };
  }

  return (received): Acceptance => {
    const { method, url, headers } = received;
    const parsed = parseRequestTarget(url, headers.get('host'));
    const refusal = requestRefusal(received, parsed, pseudonym);
    const target = 'fault' in parsed ? NO_TARGET : parsed;
    if (refusal === undefined && isReservedPath(target.path)) return { kind: 'own-path' };
    return {
      kind: 'traffic',
      target,
      facts: factsOf(received, target),
      answer:
        refusal === undefined ? ownAnswer(method, target, received) : { kind: 'refused', error: refusal },
    };
  };
}

/**
 * The answer to an OPTIONS that is meant for this gateway itself: of the server as a whole (`*`), or one that may travel
 * no further (RFC 9110 §7.6.2 and §9.3.7).
 */
function ownAnswer(
  method: string,
  { path }: RequestTarget,
  { headers }: ReceivedHead,
): GatewayAnswer | undefined {
  if (method !== 'OPTIONS') return undefined;
  const meant = path === '*' || /^0+$/.test(headers.get('max-forwards') ?? '');
  return meant
    ? { kind: 'answered', status: 204, headers: { Allow: FORWARDED_METHODS.join(', ') } }
    : undefined;
}
