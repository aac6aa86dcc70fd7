import type { InstanceRecord } from './instance-record';
import type { Registration } from './registration';
import { statusOf } from './standing';

/** One group of Prometheus's HTTP service discovery (https://prometheus.io/docs/prometheus/latest/http_sd/). */
export interface ScrapeTarget {
  /** One `host:port`; an IPv6 address in brackets. */
  readonly targets: readonly [string];
  /** Fixed names: one that is not a label name has Prometheus refuse the whole list. An empty label is left out. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where an instance has its metrics; always at its own host. */
interface MetricsEndpoint {
  readonly scheme: 'http' | 'https';
  /** `host:port` */
  readonly address: string;
  readonly path: string;
}

/** Path characters (RFC 3986 §3.3) that Prometheus sends as they are. It would encode a percent sign once more. */
const PLAIN_PATH = /^\/[A-Za-z0-9._~!$&'()*+,;=:@/-]{0,255}$/;
const USUAL_PATH = '/metrics';
/** In `metrics_path`: there are no metrics. */
const NO_METRICS = 'off';
/** The hosts by which `metrics_url` says "the same as in my address", which a process may not know itself. */
const OWN_HOST: readonly string[] = ['0.0.0.0', '[::]'];

/** What Prometheus is told of an instance; `undefined` for one that says that it has no metrics. */
export function scrapeTargetOf({
  instanceId,
  registration,
  standing,
}: InstanceRecord): ScrapeTarget | undefined {
  if (registration.metadata['metrics_path'] === NO_METRICS) return undefined;
  const { scheme, address, path } = announcedEndpoint(registration).endpoint;
  const labels = {
    __scheme__: scheme,
    __metrics_path__: path,
    service: registration.serviceName,
    instance_id: instanceId,
    ...(registration.version === null ? {} : { version: registration.version }),
    ...(registration.zone === null ? {} : { zone: registration.zone }),
    status: statusOf(standing),
  };
  return { targets: [address], labels };
}

/** What is to be mended in the metadata for Prometheus to go where it was meant to, as a sentence. */
export function scrapeWarning(registration: Registration): string | undefined {
  const { metrics_url: metricsUrl, metrics_path: metricsPath } = registration.metadata;
  // Every heartbeat asks, and few instances say where their metrics are: for the others no address is parsed.
  if (metricsUrl === undefined && metricsPath === undefined) return undefined;
  return announcedEndpoint(registration).warning;
}

/**
 * Metadata is whatever a caller has sent. So a fault in it moves nothing: Prometheus is sent to the usual place of this
 * instance, and never to another host, where it would ask in somebody's name from inside the network.
 */
function announcedEndpoint({ url, metadata }: Registration): {
  readonly endpoint: MetricsEndpoint;
  readonly warning?: string;
} {
  const own = new URL(url);
  const { metrics_url: metricsUrl, metrics_path: metricsPath } = metadata;
  if (metricsUrl !== undefined) {
    const endpoint = endpointAt(metricsUrl, own);
    if (endpoint !== undefined) return { endpoint };
    return {
      endpoint: endpointOf(own, USUAL_PATH),
      warning: `The metadata metrics_url is ignored: it has to be an http:// or https:// URL of a plain path at ${own.hostname}, or at 0.0.0.0 for the host of this instance, whichever it is.`,
    };
  }
  if (metricsPath === undefined || metricsPath === NO_METRICS || isPlain(metricsPath))
    return { endpoint: endpointOf(own, metricsPath ?? USUAL_PATH) };
  return {
    endpoint: endpointOf(own, USUAL_PATH),
    warning:
      'The metadata metrics_path is ignored: it has to be an absolute path without a query, percent-encoding, empty segments, "." and "..", or off.',
  };
}

function endpointAt(metricsUrl: string, own: URL): MetricsEndpoint | undefined {
  // As it was written: the parser resolves dots, and reads a backslash as a slash.
  const written = /^https?:\/\/[^/\s\p{Cc}\\?#@]+(?<path>\/.*)?$/su.exec(metricsUrl);
  const path = written?.groups?.['path'] ?? USUAL_PATH;
  if (written === null || !isPlain(path) || !URL.canParse(metricsUrl)) return undefined;
  const said = new URL(metricsUrl);
  if (said.port === '0' || ![own.hostname, ...OWN_HOST].includes(said.hostname)) return undefined;
  return { ...addressOf(own.hostname, said), path };
}

/** @param path plain; behind the path that the address itself may have, as the health path is */
function endpointOf(own: URL, path: string): MetricsEndpoint {
  const base = own.pathname.replace(/\/+$/, '');
  return { ...addressOf(own.hostname, own), path: isPlain(base + path) ? base + path : path };
}

function addressOf(hostname: string, { protocol, port }: URL): Omit<MetricsEndpoint, 'path'> {
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { scheme, address: `${hostname}:${port === '' ? (scheme === 'https' ? 443 : 80) : port}` };
}

function isPlain(path: string): boolean {
  return PLAIN_PATH.test(path) && !/\/(\.{0,2})(?=\/)|\/\.{1,2}$/.test(path);
}
