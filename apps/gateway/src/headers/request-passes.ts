import { formatTraceparent, type TraceContext } from '@rollcall/service-kit';
import type { ClientCertificate } from './client-certificate';
import { withDashes } from './field-name';
import { ownField, type HeaderList, type OwnField } from './header-list';
import { removeHopByHop } from './hop-by-hop';

/** What the passes know of a request besides its fields. */
export interface RequestFacts {
  /** The downstream's address. */
  readonly peer: string;
  /** The peer is one of TRUSTED_PROXIES or TRUSTED_GATEWAYS: what it says of its own downstream is believed. */
  readonly peerTrusted: boolean;
  /** The peer is one of TRUSTED_GATEWAYS: it has asked for the caller's key already, and says whose it was. */
  readonly peerIsGateway: boolean;
  readonly scheme: 'http' | 'https';
  /** What the peer has shown, and the TLS handshake has verified. */
  readonly clientCertificate: ClientCertificate | undefined;
  /** The authority that was asked for, as the upstream is to see it. */
  readonly host: string;
  /** `1.0` or `1.1`. */
  readonly httpVersion: string;
  readonly requestId: string;
  readonly trace: TraceContext;
  /** This gateway in Via. */
  readonly pseudonym: string;
}

const LETTER_X = 120;

const FORWARDED = ownField('Forwarded');
const X_FORWARDED_FOR = ownField('X-Forwarded-For');
const X_FORWARDED_HOST = ownField('X-Forwarded-Host');
const X_FORWARDED_PROTO = ownField('X-Forwarded-Proto');
const X_FORWARDED_CLIENT_CERT = ownField('X-Forwarded-Client-Cert');
const VIA = ownField('Via');
const TRACEPARENT = ownField('traceparent');
const X_REQUEST_ID = ownField('X-Request-Id');

/** What the instance learns of a key's owner, in lower case; see the policy `api_key`. */
const CONSUMER_FIELD = 'x-forwarded-consumer';

export type RequestPass = (headers: HeaderList, facts: RequestFacts) => void;

/** What happens to a request's fields on their way to an instance: reading the array is reading the gateway. */
export const REQUEST_PASSES: readonly RequestPass[] = [
  removeHopByHop,
  removeAnsweredHere,
  countForwards,
  setHost,
  forgetUnbelieved,
  extendForwarded,
  extendForwardedFor,
  setForwardedHostAndProto,
  extendClientCertificates,
  extendVia,
  setTraceContext,
  setRequestId,
];

export function passRequestHeaders(headers: HeaderList, facts: RequestFacts): void {
  for (const pass of REQUEST_PASSES) pass(headers, facts);
}

/** `100-continue` is answered here, and an offer of HTTP/2 is declined. */
function removeAnsweredHere(headers: HeaderList): void {
  headers.removeWhere(isAnsweredHere);
}

function isAnsweredHere(name: string): boolean {
  return name === 'expect' || name === 'http2-settings';
}

/** RFC 9110 §7.6.2. One that has none left is answered before it comes here. */
function countForwards(headers: HeaderList): void {
  const left = headers.get('max-forwards');
  if (left !== undefined && /^0*[1-9]\d*$/.test(left)) headers.set('Max-Forwards', String(BigInt(left) - 1n));
}

/** The caller's own host travels on: applications make links of it. */
function setHost(headers: HeaderList, { host }: RequestFacts): void {
  if (host !== '' && headers.get('host') !== host) headers.set('Host', host);
}

/**
 * Removes what an untrusted peer says about itself and about those on whose behalf it asks. A trusted proxy is not
 * believed about the owner of an API key either, as only a gateway verifies keys.
 */
function forgetUnbelieved(headers: HeaderList, { peerTrusted, peerIsGateway }: RequestFacts): void {
  if (!peerTrusted) headers.removeWhere(isForwarding);
  else headers.removeWhere(peerIsGateway ? isDisguised : isConsumerOrDisguised);
}

/** Whether a field says on whose behalf a request comes, in any spelling. @param name in lower case */
export function isForwarding(name: string): boolean {
  if (name.charCodeAt(0) !== LETTER_X) return name === 'forwarded';
  return beginsForwarding(withDashes(name));
}

/**
 * To instances that get fields as variables (CGI, WSGI, PHP) `X_Forwarded_For` is `X-Forwarded-For`, and no proxy writes
 * it: it is a caller's way past those that look for the other spelling.
 */
function isDisguised(name: string): boolean {
  return name.charCodeAt(0) === LETTER_X && name.includes('_') && beginsForwarding(withDashes(name));
}

function isConsumerOrDisguised(name: string): boolean {
  return name === CONSUMER_FIELD || isDisguised(name);
}

function beginsForwarding(name: string): boolean {
  return name.startsWith('x-forwarded-') || name === 'x-real-ip';
}

function extendForwarded(headers: HeaderList, { peer, host, scheme }: RequestFacts): void {
  const named = host === '' ? '' : `;host=${forwardedHost(host)}`;
  extendList(headers, FORWARDED, `for=${forwardedNode(peer)}${named};proto=${scheme}`);
}

function extendForwardedFor(headers: HeaderList, { peer }: RequestFacts): void {
  extendList(headers, X_FORWARDED_FOR, peer);
}

/** @param prefix what was taken off, or replaced */
export function extendForwardedPrefix(headers: HeaderList, prefix: string): void {
  headers.set('X-Forwarded-Prefix', forwardedPrefix(headers, prefix));
}

/** A prefix behind what a proxy in front has taken off before. */
export function forwardedPrefix(headers: HeaderList, prefix: string): string {
  return (headers.get('x-forwarded-prefix') ?? '').replace(/\/$/, '') + prefix;
}

/** Set by the first proxy that is believed, and kept from there on. */
function setForwardedHostAndProto(headers: HeaderList, { host, scheme }: RequestFacts): void {
  if (host !== '' && headers.get('x-forwarded-host') === undefined) headers.append(X_FORWARDED_HOST, host);
  if (headers.get('x-forwarded-proto') === undefined) headers.append(X_FORWARDED_PROTO, scheme);
}

/**
 * Envoy's `SANITIZE_SET` for strangers, whose field is gone by now. Behind a trusted proxy it is `APPEND_FORWARD`: the
 * proxy's own certificate comes after what it says of its callers'.
 */
function extendClientCertificates(headers: HeaderList, { clientCertificate }: RequestFacts): void {
  if (clientCertificate !== undefined)
    extendList(headers, X_FORWARDED_CLIENT_CERT, clientCertificate.element);
}

function extendVia(headers: HeaderList, { httpVersion, pseudonym }: RequestFacts): void {
  extendList(headers, VIA, `${httpVersion} ${pseudonym}`);
}

function setTraceContext(headers: HeaderList, { trace }: RequestFacts): void {
  headers.set(TRACEPARENT, formatTraceparent(trace));
  // Without a valid traceparent, tracestate is discarded (W3C Trace Context §3.3).
  if (trace.state === undefined) headers.removeWhere(isTraceState);
}

function isTraceState(name: string): boolean {
  return name === 'tracestate';
}

function setRequestId(headers: HeaderList, { requestId }: RequestFacts): void {
  headers.set(X_REQUEST_ID, requestId);
}

function extendList(headers: HeaderList, field: OwnField, element: string): void {
  const before = headers.all(field.name);
  if (before.length === 0) headers.append(field, element);
  else headers.set(field, [...before, element].join(', '));
}

/** `for=` and `by=` of RFC 7239 §6: an IPv6 address is put in brackets and quotes. */
function forwardedNode(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

/** `host=` as a token where it is one, else quoted (a port makes it no token). */
function forwardedHost(host: string): string {
  if (TOKEN.test(host)) return host;
  return `"${QUOTE.test(host) ? host.replace(QUOTES, '\\$&') : host}"`;
}

const TOKEN = /^[A-Za-z0-9._~-]+$/;
const QUOTE = /["\\]/;
const QUOTES = /["\\]/g;
