import { request as requestPlainly, type IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { ForbiddenAddressError, type AddressGuard } from '@rollcall/address-guard';
import { tlsFaultOf } from '@rollcall/registry-client';
import { answerText } from './answer-text';

export interface FetchJwksOptions {
  /** The routes file may be another's work than the machine: an issuer's URL must not reach what only we can. */
  readonly guard: Pick<AddressGuard, 'checkHost' | 'lookup'>;
  /** PEM text of the authorities to verify an https server by; default those of Node. */
  readonly ca?: string | undefined;
  /** Milliseconds for the whole of it. */
  readonly timeoutMs?: number;
}

/** A hundred keys with certificate chains beside them. */
const MAX_BYTES = 262_144;

/**
 * The text of an issuer's JWK Set. Redirects are not followed: who can make an issuer redirect would choose the keys.
 *
 * @throws Error for any answer but 200 with at most 256 KiB, in time
 */
export async function fetchJwks(
  url: string,
  { guard, ca, timeoutMs = 5000 }: FetchJwksOptions,
): Promise<string> {
  const { hostname, protocol } = new URL(url);
  const verdict = guard.checkHost(hostname);
  if (!verdict.allowed) throw new ForbiddenAddressError(hostname, verdict);
  const signal = AbortSignal.timeout(timeoutMs);
  const request = protocol === 'https:' ? requestSecurely : requestPlainly;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, {
        agent: false,
        lookup: guard.lookup,
        signal,
        ...(ca !== undefined && { ca }),
        headers: { Accept: 'application/jwk-set+json, application/json' },
      })
        .once('response', resolve)
        .on('error', reject)
        .end();
    });
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`${url} answered ${response.statusCode}, and 200 is expected`);
    }
    return await answerText(response, MAX_BYTES, url);
  } catch (error) {
    if (signal.aborted) throw new Error(`${url} did not answer within ${timeoutMs} ms`, { cause: error });
    throw withMend(error, url);
  }
}

/** OpenSSL's words for an authority that is not known here do not say what to do. */
function withMend(error: unknown, url: string): unknown {
  if (tlsFaultOf(error) !== 'untrusted') return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Error(
    `the certificate of ${url} is not signed by an authority that is trusted here (${code}): set ca_file of the issuer to the PEM file of the one that signed it`,
    { cause: error },
  );
}
