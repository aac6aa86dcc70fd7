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
  /** Networks that are allowed all the same. They free addresses, not names. Default: none. */
  readonly allowedCidrs?: CidrSet;
  /** Default: the system's resolver. */
  readonly resolve?: ResolveName;
  /** Default 250 ms: see `BoundedResolutionOptions`. */
  readonly resolveTimeoutMs?: number;
  /** Default 64: see `BoundedResolutionOptions`. */
  readonly maxPendingResolutions?: number;
}

/**
 * Keeps whoever may register an address from making us connect to what only we can reach: a cloud's metadata
 * service, link-local devices, multicast groups, this machine itself. Refuses them in every spelling, and the IPv6
 * addresses that lead to them.
 *
 * Who connects to a registered address does all three:
 * 1. `checkHost(url.hostname)` before a connection: sockets take a literal address without asking any look-up;
 * 2. `lookup` for the connection: `net.connect({ lookup })`, undici's `new Pool(url, { connect: { lookup } })`, for
 *    axios `httpAgent: new http.Agent({ lookup })` and no proxy, which would resolve names by itself;
 * 3. no redirects followed: a `Location` is an address that nobody has checked.
 */
export interface AddressGuard {
  /** For an address to be registered. A name that does not resolve in 250 ms is allowed: it may yet, see `lookup`. */
  checkUrl(url: string): Promise<AddressVerdict>;
  /** A URL's host, as far as it can be judged without resolving it: literal addresses, and well-known names. */
  checkHost(hostname: string): AddressVerdict;
  /** An address as sockets and resolvers spell it; anything else is refused. */
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

/** Other schemes leave hosts as they are written, so nothing that is known of these would hold for them. */
function httpHostname(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.hostname : undefined;
}
