import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { ForbiddenAddressError } from './forbidden-address-error';
import { judgeAddress, type AddressPolicy } from './judgement/judge-address';
import { judgeHost } from './judgement/judge-host';
import type { ResolveName } from './resolve-name';

/**
 * A look-up that checks the addresses that the socket will connect to. An earlier check is not enough: the owner of a
 * name can change its addresses between the check and the connection (DNS rebinding).
 */
export function createGuardedLookup(policy: AddressPolicy, resolve: ResolveName): LookupFunction {
  async function allowedAddresses(
    hostname: string,
    options: LookupOptions,
  ): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
    const host = judgeHost(hostname, policy);
    if (!host.allowed) throw new ForbiddenAddressError(hostname, host);

    const [first, ...others] = await resolve(hostname, options);
    if (!first) throw notFound(hostname);
    for (const { address } of [first, ...others]) {
      const verdict = judgeAddress(address, policy);
      if (!verdict.allowed) throw new ForbiddenAddressError(hostname, verdict);
    }
    return [first, ...others];
  }

  const lookup = callbackify(allowedAddresses);

  return (hostname, options, callback) => {
    lookup(hostname, options, (error, addresses) => {
      // On failure callbackify passes the error only, unlike its types say.
      if (error) return callback(error, []);
      const [first] = addresses;
      if (options.all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

function notFound(hostname: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  });
}
