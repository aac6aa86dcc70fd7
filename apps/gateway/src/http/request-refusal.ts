import type { AppError } from '@rollcall/service-kit';
import { gatewayError } from '../errors';
import type { HeaderList } from '../headers/header-list';
import { hasPassed } from '../headers/via';
import type { ReceivedHead } from '../ports/caller';
import type { RequestTarget } from '../routing/request-target';

/** Longest target in bytes; RFC 9110 §4.1 asks for 8000 at least. */
const MAX_TARGET = 8192;

/** Most header fields; as Apache and Envoy have it. Each costs every pass that looks for one. */
const MAX_FIELDS = 100;

/**
 * Why no route, and none of the gateway's own paths, may take a request. What the protocol's parser lets through and an
 * instance might read in another way is refused here: two readings of one message are how a request is smuggled.
 *
 * @param pseudonym this gateway's name in Via
 */
export function requestRefusal(
  { method, url, headers, httpVersion }: ReceivedHead,
  target: RequestTarget | { readonly fault: string },
  pseudonym: string,
): AppError | undefined {
  if (headers.toRaw().length > 2 * MAX_FIELDS) return gatewayError('HEADERS_TOO_LARGE');
  if (url.length > MAX_TARGET) return gatewayError('URI_TOO_LONG');
  if (method === 'TRACE' || method === 'CONNECT')
    return gatewayError('METHOD_NOT_ALLOWED', {
      message: `${method} is not forwarded.`,
      headers: { Allow: '' },
    });
  const fault = hostFault(headers, httpVersion) ?? framingFault(headers, httpVersion);
  if (fault !== undefined) return gatewayError('BAD_REQUEST', { message: fault });
  if ('fault' in target) return gatewayError('BAD_REQUEST', { message: target.fault });
  if (target.path === '*' && method !== 'OPTIONS')
    return gatewayError('BAD_REQUEST', { message: 'Only OPTIONS is about the server as a whole.' });
  if (!canMeetExpectation(headers, httpVersion)) return gatewayError('EXPECTATION_FAILED');
  if (hasPassed(headers.all('via'), pseudonym)) return gatewayError('LOOP');
  return undefined;
}

/** RFC 9112 §3.2. */
function hostFault(headers: HeaderList, httpVersion: string): string | undefined {
  const count = headers.all('host').length;
  if (count > 1) return 'The request has more than one Host.';
  return count === 0 && httpVersion === '1.1' ? 'The request has no Host.' : undefined;
}

/** RFC 9112 §6.1. Two lengths, and a length beside chunks, the parser has refused by now. */
function framingFault(headers: HeaderList, httpVersion: string): string | undefined {
  const [coding, another] = headers.all('transfer-encoding');
  if (coding === undefined) return undefined;
  // Only the framing is undone here; a coding beneath it would reach the instance without its name.
  if (another !== undefined || coding.toLowerCase() !== 'chunked')
    return 'No other Transfer-Encoding than chunked is taken.';
  return httpVersion === '1.0' ? 'HTTP/1.0 has no Transfer-Encoding.' : undefined;
}

/** HTTP/1.0 has none, and what it says of one is ignored (RFC 9110 §10.1.1). */
function canMeetExpectation(headers: HeaderList, httpVersion: string): boolean {
  const expectation = headers.get('expect');
  return expectation === undefined || httpVersion === '1.0' || expectation.toLowerCase() === '100-continue';
}
