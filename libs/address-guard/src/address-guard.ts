import type { LookupFunction } from 'node:net';
import { createBoundedResolution } from './bounded-resolution';
import { createGuardedLookup } from './guarded-lookup';
import { NO_CIDRS, type CidrSet } from './judgement/cidr-set';
import { parseHost } from './judgement/host';
import { judgeAddress, type AddressPolicy } from './judgement/judge-address';
import { judgeHost } from './judgement/judge-host';
import { ALLOWED, refused, type AddressVerdict } from './judgement/verdict';
import { resolveBySystem, type ResolveName } from './resolve-name';

/** How long a registration waits for DNS. */
const RESOLVE_TIMEOUT_MS = 250;
const MAX_PENDING_RESOLUTIONS = 64;

export interface AddressGuardOptions {
  /** Refuse this machine's own addresses too: on where the registry runs in production. */
  readonly forbidLoopback: boolean;
  /** Networks that are exempt. The exemption is for addresses, not for names. Default: none. */
  readonly allowedCidrs?: CidrSet;
  /** Default: the system's resolver. */
  readonly resolve?: ResolveName;
  /** Default 250 ms: see `BoundedResolutionOptions`. */
  readonly resolveTimeoutMs?: number;
  /** Default 64: see `BoundedResolutionOptions`. */
  readonly maxPendingResolutions?: number;
}

/**
 * A guard against server-side request forgery: registered addresses must not make us connect to what only we can reach,
 * such as a cloud's metadata service, link-local devices, multicast groups or this machine itself. It rejects them in
 * every spelling, and the IPv6 addresses that lead to them.
 *
 * Code that connects to a registered address has to do all three:
 * 1. `checkHost(url.hostname)` before a connection: sockets connect to a literal address without a look-up;
 * 2. `lookup` for the connection: `net.connect({ lookup })`, undici's `new Pool(url, { connect: { lookup } })`, for
 *    axios `httpAgent: new http.Agent({ lookup })` and no proxy, which would resolve names itself;
 * 3. follow no redirects: the address in `Location` has not been checked.
 */
export interface AddressGuard {
  /** For an address to be registered. A name that does not resolve within 250 ms is allowed: `lookup` checks it again. */
  checkUrl(url: string): Promise<AddressVerdict>;
  /** Checks a URL's host without resolving it: literal addresses and well-known names. */
  checkHost(hostname: string): AddressVerdict;
  /** Checks an address as sockets and resolvers spell it; any other text is refused. */
  checkAddress(address: string): AddressVerdict;
  /** For the connection itself: `dns.lookup`, failing with a `ForbiddenAddressError` if any answer is forbidden. */
  readonly lookup: LookupFunction;
}

export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { resolve = resolveBySystem } = options;
  const policy: AddressPolicy = {
    forbidLoopback: options.forbidLoopback,
    allowedCidrs: options.allowedCidrs ?? NO_CIDRS,
  };
  const addressesOf = createBoundedResolution({
    resolve,
    timeoutMs: options.resolveTimeoutMs ?? RESOLVE_TIMEOUT_MS,
    maxPending: options.maxPendingResolutions ?? MAX_PENDING_RESOLUTIONS,
  });

  return {
    async checkUrl(text) {
      const hostname = httpHostname(text);
      if (hostname === undefined) return refused('not_an_http_url', text);
      const verdict = judgeHost(hostname, policy);
      const host = parseHost(hostname);
      if (!verdict.allowed || host?.kind !== 'name') return verdict;

      const addresses = (await addressesOf(host.name)) ?? [];
      return (
        addresses.map((address) => judgeAddress(address, policy)).find(({ allowed }) => !allowed) ?? ALLOWED
      );
    },
    checkHost: (hostname) => judgeHost(hostname, policy),
    checkAddress: (address) => judgeAddress(address, policy),
    lookup: createGuardedLookup(policy, resolve),
  };
}

/** URLs of other schemes are not normalised by the parser, so the checks would not hold for their hosts. */
function httpHostname(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.hostname : undefined;
}
