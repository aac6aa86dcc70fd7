import type { Random } from '@rollcall/load-balancing';
import { backoffMs } from './backoff';

/** Failover between registries: one that answers is kept; when it fails, the next one is used. */
export interface RegistryFailover {
  /** Every registry's base address, without a trailing slash. */
  readonly urls: readonly string[];
  /** The registry in use. */
  readonly url: string;
  /** The registry in use has answered: the next failure counts as the first. */
  answered(): void;
  /**
   * Fails over to the next registry.
   *
   * @returns milliseconds to wait before using it: 0 until every registry has failed once, since the next may answer
   */
  failed(): number;
}

/** @throws TypeError when there is no address, or one that is not an http(s) address */
export function createRegistryFailover(registryUrls: readonly string[], random: Random): RegistryFailover {
  const urls = registryUrls.map(baseAddress);
  const [first] = urls;
  if (first === undefined)
    throw new TypeError('registryUrls is empty: name at least one registry, e.g. http://127.0.0.1:8080');
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
    throw new TypeError(`registryUrls: ${JSON.stringify(shown(text))} is not an http:// or https:// URL`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError(
      `registryUrls: ${JSON.stringify(shown(text))} contains credentials; remove them and use the option token`,
    );
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** A URL as it may be shown: without the text before the last @, which may be a password. */
function shown(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@');
}
