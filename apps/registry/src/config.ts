import type { CidrSet } from '@rollcall/address-guard';
import {
  allowedHostsSetting,
  caFileSetting,
  consoleSetting,
  defineConfig,
  networksSetting,
  processSettings,
  pairFileSetting,
  tlsSettings,
  tracingRules,
  type ProcessSettings,
  type SettingRule,
  type TlsSettings,
} from '@rollcall/service-kit';
import Joi from 'joi';
import { accessRules, accessSettings, type AccessSettings } from './access-settings';
import { storeRules, storeSettings, type StoreSettings } from './store-settings';

export interface RegistryConfig extends ProcessSettings, TlsSettings, AccessSettings, StoreSettings {
  /**
   * Seconds a lease lasts when the instance asks for no other, 5–86 400; default 30. Too low: a pause for garbage
   * collection evicts. Too high: a process that died without deregistering stays listed that long.
   */
  readonly LEASE_TTL_SECONDS: number;
  /**
   * Seconds between heartbeats that instances are told to keep, less than the lease; default 10, or a third of a
   * lease shorter than 30. Too low: load. Too high: a single lost heartbeat ends the lease.
   */
  readonly HEARTBEAT_INTERVAL_SECONDS: number;
  /**
   * Names by which callers ask for this registry, as `registry,registry.internal`, besides IP addresses, localhost and
   * HOST. Only looked at where REGISTRY_AUTH is off: any other name may be a web page's that was pointed here. Default:
   * none.
   */
  readonly ALLOWED_HOSTS: readonly string[];
  /** `off`: the console is not served at `/ui`. Default `on`: it holds no data, and asks for a token wherever the API does. */
  readonly CONSOLE: 'on' | 'off';
  /**
   * Networks whose addresses may be registered although they are refused otherwise (link-local, multicast and the
   * like; loopback in production), as `10.0.0.0/8,fd00::/8`. Default: none.
   */
  readonly ALLOWED_CIDRS: CidrSet;
  /**
   * `true` lists only instances that the registry reaches, and refuses others with 422; default `false`, which warns
   * them. Each registration then takes as long as a probe, half a second at most.
   */
  readonly REQUIRE_REACHABLE: boolean;
  /**
   * PEM file of the authority that signs the certificates of https:// instances; probes then trust no other.
   * Default: probes verify no certificate, and go by the identity that is answered.
   */
  readonly PROBE_CA_FILE?: string;
  /** PEM file of the certificate that probes show to https:// instances that ask for one. */
  readonly PROBE_CERT_FILE?: string;
  /** PEM file of its private key, without a passphrase. */
  readonly PROBE_KEY_FILE?: string;
  /** Most instances listed at once; default 200 000. Bounds the memory, at about 2 KiB an instance. */
  readonly MAX_INSTANCES: number;
  /** Most services listed at once; default 20 000. */
  readonly MAX_SERVICES: number;
  /**
   * Most paths that one service may hold; default 256. Each is an entry in every gateway's route table. Beyond it routes
   * are refused; the instance is listed all the same.
   */
  readonly MAX_ROUTES_PER_SERVICE: number;
  /** Most paths held by all services together; default 100 000. */
  readonly MAX_ROUTES: number;
  /**
   * How long a path stays a service's own after the last instance that announced it has gone, milliseconds; default 10
   * minutes. Gateways hold requests for it meanwhile instead of answering 404. Too low: a longer outage, or a deployment
   * that stops the old before it starts the new, lets another service have the path. Too high: a path that is to move to
   * another service stays taken that long.
   */
  readonly ROUTE_MEMORY_MS: number;
  /**
   * Most streams of `/watch` at once, and as many discoveries with an index that wait, and as many drains; default
   * 20 000. Each is a socket and what its reader has not read.
   */
  readonly MAX_WATCHERS: number;
  /**
   * Most streams of `/live`, each a browser or a terminal that somebody looks at; default 50. Too low: people are turned
   * away. Too high: what all of them are told costs time that watchers wait for.
   */
  readonly MAX_LIVE: number;
  /** Most service names on all streams of `/watch` together; default 1 000 000. Each takes about 200 bytes. */
  readonly MAX_WATCHED_NAMES: number;
  /**
   * Most bytes kept for callers who do not read, of all answers and streams together; default 64 MiB. Past it, those
   * who have read nothing for longest are cut off. Too low: slow but honest readers are cut when there are many. Too
   * high: memory.
   */
  readonly MAX_UNREAD_BYTES: number;
  /**
   * `on`, the default: gateways and services report what they send to whom, every ten seconds, or every two while somebody
   * looks. `off`: this registry wants no reports, and reporters stop counting.
   */
  readonly TRAFFIC_REPORTS: 'on' | 'off';
  /**
   * Most edges between a reporter and whom it calls, and reporters, whose last five minutes are kept; default 5000, of
   * 7 KiB each. Too low: what the others do is only known in sum. Too high: memory.
   */
  readonly TRAFFIC_SERIES: number;
  /**
   * `true`, the default: of each of these limits, no token, address (IPv6: /64) or service gets more than is left for
   * all the others, so a single one gets half at most. `false`: first come, first served.
   */
  readonly FAIR_SHARES: boolean;
  /**
   * Most connections at once; default 250 000: an instance has two (its session, and one that heartbeats are sent on).
   * One more is closed unread. Too low turns instances away; too high lets a flood take memory and file descriptors.
   */
  readonly MAX_CONNECTIONS: number;
}

const USUAL_TTL_SECONDS = 30;
const USUAL_HEARTBEAT_INTERVAL_SECONDS = 10;

const MONTH_MS = 31 * 86_400_000;

const bound = Joi.number().integer().min(1).max(10_000_000);

/** The settings of what probes show to instances. */
export const PROBE_PAIR = { certFile: 'PROBE_CERT_FILE', keyFile: 'PROBE_KEY_FILE' };

export const registryRules: readonly SettingRule<RegistryConfig>[] = [
  ...tracingRules,
  ...accessRules,
  ...storeRules,
  {
    setting: 'ALLOWED_HOSTS',
    beside: ['REGISTRY_AUTH'],
    idle: ({ REGISTRY_AUTH }) => REGISTRY_AUTH === 'on',
    why: 'has no effect: with REGISTRY_AUTH=on the token is checked instead of the host name',
    mend: 'Unset ALLOWED_HOSTS',
    then: 'warn',
  },
  neverReached('MAX_ROUTES_PER_SERVICE', 'MAX_ROUTES', 'the most routes of all services together'),
  neverReached('MAX_SERVICES', 'MAX_INSTANCES', 'and a service has at least one instance'),
  neverReached('MAX_WATCHERS', 'MAX_CONNECTIONS', 'and each watcher has a connection'),
  neverReached('MAX_LIVE', 'MAX_CONNECTIONS', 'and each stream has a connection'),
];

function neverReached(
  setting: 'MAX_ROUTES_PER_SERVICE' | 'MAX_SERVICES' | 'MAX_WATCHERS' | 'MAX_LIVE',
  limit: 'MAX_ROUTES' | 'MAX_INSTANCES' | 'MAX_CONNECTIONS',
  because: string,
): SettingRule<RegistryConfig> {
  return {
    setting,
    beside: [limit],
    idle: (settings) => settings[setting] > settings[limit],
    why: `is never reached: it is more than ${limit}, ${because}`,
    mend: `Raise ${limit}, or lower ${setting}`,
  };
}

export const registryConfig = defineConfig<RegistryConfig>(
  {
    ...processSettings({ PORT: 8080, SERVICE_NAME: 'registry' }),
    ...tlsSettings,
    ...accessSettings,
    LEASE_TTL_SECONDS: Joi.number().integer().min(5).max(86_400).default(USUAL_TTL_SECONDS),
    HEARTBEAT_INTERVAL_SECONDS: Joi.number()
      .integer()
      .min(1)
      .less(Joi.ref('LEASE_TTL_SECONDS'))
      .default((settings: { LEASE_TTL_SECONDS: number }) =>
        Math.min(USUAL_HEARTBEAT_INTERVAL_SECONDS, Math.floor(settings.LEASE_TTL_SECONDS / 3)),
      ),
    ...storeSettings,
    ALLOWED_HOSTS: allowedHostsSetting,
    CONSOLE: consoleSetting,
    ALLOWED_CIDRS: networksSetting,
    PROBE_CA_FILE: caFileSetting,
    PROBE_CERT_FILE: pairFileSetting(PROBE_PAIR, 'certFile'),
    PROBE_KEY_FILE: pairFileSetting(PROBE_PAIR, 'keyFile'),
    REQUIRE_REACHABLE: Joi.boolean().default(false),
    MAX_INSTANCES: bound.default(200_000),
    MAX_SERVICES: bound.default(20_000),
    MAX_ROUTES_PER_SERVICE: bound.default(256),
    MAX_ROUTES: bound.default(100_000),
    ROUTE_MEMORY_MS: Joi.number().integer().min(0).max(MONTH_MS).default(600_000),
    MAX_WATCHERS: bound.default(20_000),
    MAX_LIVE: bound.default(50),
    MAX_WATCHED_NAMES: Joi.number().integer().min(1).max(1_000_000_000).default(1_000_000),
    MAX_UNREAD_BYTES: Joi.number()
      .integer()
      .min(1024 * 1024)
      .default(64 * 1024 * 1024),
    TRAFFIC_REPORTS: Joi.string().valid('on', 'off').default('on'),
    TRAFFIC_SERIES: bound.default(5000),
    FAIR_SHARES: Joi.boolean().default(true),
    MAX_CONNECTIONS: bound.default(250_000),
  },
  registryRules,
);
