/** The client URLs of a cluster's members: all `http` or all `https`, without path. */
export interface Endpoints {
  readonly secure: boolean;
  /** `host:port` each, at least one. */
  readonly hosts: readonly string[];
}

/** @throws TypeError naming the URL that is none, and why */
export function parseEndpoints(urls: readonly string[]): Endpoints {
  const parsed = urls.map(parseEndpoint);
  const [first] = parsed;
  if (first === undefined)
    throw new TypeError('No etcd endpoint is given: name at least one, http://host:2379.');
  if (parsed.some(({ protocol }) => protocol !== first.protocol))
    throw new TypeError(`etcd endpoints ${urls.join(', ')} mix http and https: use one of them for all.`);
  return {
    secure: first.protocol === 'https:',
    hosts: [...new Set(parsed.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`))],
  };
}

/** etcd's port for clients. */
const DEFAULT_PORT = '2379';

function parseEndpoint(text: string): {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
} {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError(`etcd endpoint ${text} is not a URL: write http://host:2379 or https://host:2379.`);
  if (url.pathname !== '/' || url.search !== '' || url.username !== '')
    throw new TypeError(
      `etcd endpoint ${text} has more than a host and a port: write ${url.protocol}//host:2379.`,
    );
  // URL leaves out the port that is the default of its scheme; etcd's own default is another one.
  const isSchemesPort = url.port === '' && /:\d+\/?$/.test(text);
  const port = isSchemesPort ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return { protocol: url.protocol, hostname: url.hostname, port };
}

/** Which endpoint is tried next, and after what wait. Pure but for its position. */
export interface EndpointRotation {
  /** An endpoint was of no use: the next one comes, after a wait if all of them have been tried. */
  next(): { readonly host: string; readonly waitMs: number };
  /** A call succeeded: the next failure begins a new round. */
  succeeded(): void;
}

/**
 * Begins at random, so that the clients of a cluster spread over its members.
 *
 * @param random from 0 to below 1
 */
export function createEndpointRotation(hosts: readonly string[], random: () => number): EndpointRotation {
  let position = Math.floor(random() * hosts.length);
  let tried = 0;
  return {
    next() {
      const host = hosts[position % hosts.length] ?? '';
      const rounds = Math.floor(tried / hosts.length);
      const waitMs = tried > 0 && tried % hosts.length === 0 ? backoffMs(rounds - 1, random) : 0;
      position += 1;
      tried += 1;
      return { host, waitMs };
    },
    succeeded() {
      tried = 0;
    },
  };
}

/** First wait at most. Lower: more attempts while a leader is elected. Higher: later back after a short fault. */
const BASE_MS = 100;
/** Longest wait. Lower: more attempts while etcd is away. Higher: later back once it is there. */
const CAP_MS = 1000;

/** Half of it certain, half by chance: clients that lost a member in one instant do not come back in one. */
export function backoffMs(round: number, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(round, 10));
  return ceiling / 2 + (ceiling / 2) * random();
}
