import type { Random } from '@rollcall/load-balancing';
import { backoffMs } from './backoff';

/** Whose turn it is: a registry that answers is kept, one that fails passes the turn on. */
export interface RegistryTurn {
  /** Every registry's base address, without a trailing slash. */
  readonly urls: readonly string[];
  /** The one to ask now. */
  readonly url: string;
  /** The registry is well: the next failure counts as the first. */
  answered(): void;
  /**
   * Passes the turn on. Answers the milliseconds to wait before using it: 0 until every registry has failed in
   * turn, since the next one may well be there.
   */
  failed(): number;
}

/** @throws TypeError when there is no address, or one that is not an http(s) address */
export function createRegistryTurn(registryUrls: readonly string[], random: Random): RegistryTurn {
  const urls = registryUrls.map(baseAddress);
  const [first] = urls;
  if (first === undefined) throw new TypeError('registryUrls must name at least one registry');
  let failures = 0;
  let position = 0;

  return {
    urls,
    get url() {
      return urls[position] ?? first;
    },
    answered() {
      failures = 0;
    },
    failed() {
      failures += 1;
      position = (position + 1) % urls.length;
      return failures % urls.length === 0 ? backoffMs(failures / urls.length - 1, random) : 0;
    },
  };
}

function baseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new TypeError(`registryUrls: ${JSON.stringify(shown(text))} is not an http:// or https:// address`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`registryUrls: ${JSON.stringify(shown(text))} has credentials; pass a token instead`);
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** An address as it may be repeated: without what stands before the last @, which may be a password. */
function shown(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@');
}
