import type { CidrSet } from '@rollcall/address-guard';
import Joi from 'joi';
import {
  allowedHostsSetting,
  caFileSetting,
  consoleSetting,
  networksSetting,
  dataDirSetting,
  defineConfig,
  portSetting,
  processSettings,
  registrationSettings,
  secret,
  pairFileSetting,
  tlsSettings,
  type ProcessSettings,
  type RegistrationSettings,
  type TlsSettings,
} from '@rollcall/service-kit';
import { gatewayRules } from './setting-rules';

/** Every duration in milliseconds. */
export interface GatewayConfig extends ProcessSettings, RegistrationSettings, TlsSettings {
  /** What the registry last said is kept in `<DATA_DIR>/gateway`, for a start while it is away; `off` keeps nothing. */
  readonly DATA_DIR: string;
  /** Where this gateway is, as instances say it of themselves; for the picker `zone_first`. */
  readonly ZONE?: string;
  /**
   * Processes that carry the traffic; 1 is this process itself. More of them than cores to spare cost memory and connections
   * to every instance, and bring nothing; fewer leave cores idle.
   */
  readonly GATEWAY_WORKERS: number;
  readonly ADMIN_PORT: number;
  /** Address of the admin port; 127.0.0.1 is reachable from this host only. Another one needs ADMIN_TOKEN. */
  readonly ADMIN_HOST: string;
  readonly ADMIN_TOKEN?: string;
  /** Names by which the admin port (without ADMIN_TOKEN) and the legacy API may be asked for, besides IP addresses, localhost and this gateway's own: any other may be a web page's that was pointed here. */
  readonly ALLOWED_HOSTS: readonly string[];
  /**
   * Which questions of the registry this gateway answers, over a stream that it holds open there: `read`, the default, those
   * that change nothing (explain, routes, upstreams, config); `on`, ejections too, of bearers of `admin`; `off`, none, and
   * no stream is opened.
   */
  readonly ANSWER_QUESTIONS: 'off' | 'read' | 'on';
  /** `off`: the console is not served at `/ui` of the admin port. Default `on`: it holds no data, and asks for ADMIN_TOKEN wherever the port does. */
  readonly CONSOLE: 'on' | 'off';
  /** YAML file of routes; wins over what instances announce. */
  readonly ROUTES_FILE?: string;
  /** `on` serves the legacy API. Off in production unless it is asked for: it lets callers route paths to any address. */
  readonly LEGACY_CALLS: boolean;
  /** Networks of proxies in front, e.g. `10.0.0.0/8,192.0.2.7`; only they are believed about whom they speak for. */
  readonly TRUSTED_PROXIES: CidrSet;
  /** Networks of gateways of ours in front; believed like proxies, and about whose API key a caller has. Any other process in them can claim any identity to the services. */
  readonly TRUSTED_GATEWAYS: CidrSet;
  /** How long a request waits for an instance of a known service. Too low fails what a restart interrupts; too high keeps callers guessing. */
  readonly HOLD_TIMEOUT_MS: number;
  /** How many may wait at once; each keeps a connection open. One service's callers get at most as many places as are free, so half of them. Too low fails what a restart interrupts; too high lets the dead hold memory and connections. */
  readonly HOLD_CAPACITY: number;
  /** How long being drained and finishing what is in flight may take together at SIGTERM. Too low cuts downloads; too high delays deploys. */
  readonly DRAIN_TIMEOUT_MS: number;
  /** PEM file of the authority that signs the certificates of https:// instances; default: those that Node knows. */
  readonly UPSTREAM_CA_FILE?: string;
  /** PEM file of the certificate that is shown to https:// instances that ask for one, followed by those between it and one that they trust. */
  readonly UPSTREAM_CERT_FILE?: string;
  /** PEM file of its private key, without a passphrase. */
  readonly UPSTREAM_KEY_FILE?: string;
  /** Networks whose instances are connected to although their addresses are refused otherwise: link-local, cloud metadata, and loopback in production. */
  readonly ALLOWED_CIDRS: CidrSet;
  /** Time to connect to an instance in. Too low ejects instances for a slow network; too high keeps callers waiting for dead ones. */
  readonly CONNECT_TIMEOUT_MS: number;
  /** Time for an answer to begin in. Too low fails slow requests; too high keeps callers waiting for stuck instances. */
  readonly HEADERS_TIMEOUT_MS: number;
  /** Longest silence within a body, either way: nothing comes, or nothing of what was sent is acknowledged. Too low cuts quiet event streams; too high keeps dead connections. */
  readonly IDLE_TIMEOUT_MS: number;
  /** Time for a request's header fields to come in. Too low rejects callers on slow networks; too high lets slow senders hold connections. */
  readonly REQUEST_HEADERS_TIMEOUT_MS: number;
  /** How long a caller's connection may be idle between two requests; longer than the callers themselves keep it, or they send into one that is being closed. */
  readonly KEEP_ALIVE_TIMEOUT_MS: number;
  /**
   * Whether callers may speak HTTP/2: `tls` by ALPN where this port speaks TLS, `on` also without TLS to callers that
   * begin with it (prior knowledge), which trusts the network in front as HTTP/1.1 without TLS does; `off` never.
   */
  readonly HTTP2: 'off' | 'tls' | 'on';
  /** Requests that one HTTP/2 connection may have in progress. Too low queues the calls of busy clients; too high lets one connection take what many were to share. */
  readonly HTTP2_MAX_STREAMS: number;
  /** How long an HTTP/2 connection may be without a request. Too low makes callers connect anew; too high keeps connections of callers that have gone. */
  readonly HTTP2_IDLE_MS: number;
  /** Callers' connections at once; one more is closed unread. As many requests over HTTP/2 may be in progress; one more is refused, which is safe to retry. Too low rejects callers; too high lets a flood take the memory (some 20 KiB each) and the file descriptors that instances need. */
  readonly MAX_CONNECTIONS: number;
  /** Status line and fields of an instance's answer together, and its trailers. Too low refuses (502) answers with many cookies; too high lets one instance take that much memory for each answer. */
  readonly MAX_ANSWER_HEAD_BYTES: number;
  /** How often one request may be sent, the first time included; what could not be sent does not count, and 1 retries nothing. */
  readonly MAX_ATTEMPTS: number;
  /** Requests in flight to one service, beyond which more are rejected with 503. Too low fails a burst that would have been borne; too high lets one slow service fill this process. */
  readonly MAX_IN_FLIGHT: number;
  /** Share of requests in the access log, 0–1; answers of 500 and above are always in it. Each line costs about as much as a request. */
  readonly ACCESS_LOG_RATIO: number;
}

/** The settings of what is shown to instances. */
export const UPSTREAM_PAIR = { certFile: 'UPSTREAM_CERT_FILE', keyFile: 'UPSTREAM_KEY_FILE' } as const;

const durationMs = Joi.number().integer().min(1).max(3_600_000);

const onOff = Joi.boolean()
  .truthy('on')
  .falsy('off')
  .messages({ 'boolean.base': '{{#label}} must be on or off' });

export const gatewayConfig = defineConfig<GatewayConfig>(
  {
    ...processSettings({ PORT: 8000, SERVICE_NAME: 'gateway' }),
    ...tlsSettings,
    ...registrationSettings,
    DATA_DIR: dataDirSetting,
    ZONE: Joi.string().max(64),
    GATEWAY_WORKERS: Joi.number().integer().min(1).max(128).default(1),
    ADMIN_PORT: portSetting.default(8001),
    ADMIN_HOST: Joi.string().ip({ cidr: 'forbidden' }).default('127.0.0.1'),
    ADMIN_TOKEN: secret(
      Joi.string()
        .min(16)
        .when('ADMIN_HOST', {
          not: Joi.valid('127.0.0.1', '::1'),
          then: Joi.required().messages({
            'any.required': '{{#label}} is required when ADMIN_HOST is not a loopback address',
          }),
        }),
    ),
    ALLOWED_HOSTS: allowedHostsSetting,
    CONSOLE: consoleSetting,
    ANSWER_QUESTIONS: Joi.string().valid('off', 'read', 'on').default('read'),
    ROUTES_FILE: Joi.string(),
    LEGACY_CALLS: onOff.default((settings: { NODE_ENV?: string }) => settings.NODE_ENV !== 'production'),
    TRUSTED_PROXIES: networksSetting,
    TRUSTED_GATEWAYS: networksSetting,
    HOLD_TIMEOUT_MS: Joi.number().integer().min(0).max(600_000).default(10_000),
    HOLD_CAPACITY: Joi.number().integer().min(0).max(100_000).default(2000),
    DRAIN_TIMEOUT_MS: durationMs.default(30_000),
    UPSTREAM_CA_FILE: caFileSetting,
    UPSTREAM_CERT_FILE: pairFileSetting(UPSTREAM_PAIR, 'certFile'),
    UPSTREAM_KEY_FILE: pairFileSetting(UPSTREAM_PAIR, 'keyFile'),
    ALLOWED_CIDRS: networksSetting,
    CONNECT_TIMEOUT_MS: durationMs.default(1000),
    HEADERS_TIMEOUT_MS: durationMs.default(30_000),
    IDLE_TIMEOUT_MS: durationMs.default(60_000),
    REQUEST_HEADERS_TIMEOUT_MS: durationMs.default(10_000),
    KEEP_ALIVE_TIMEOUT_MS: durationMs.default(75_000),
    HTTP2: Joi.valid('off', 'tls', 'on').default('tls'),
    HTTP2_MAX_STREAMS: Joi.number().integer().min(1).max(10_000).default(128),
    HTTP2_IDLE_MS: durationMs.default(60_000),
    MAX_CONNECTIONS: Joi.number().integer().min(1).max(1_000_000).default(10_000),
    MAX_ANSWER_HEAD_BYTES: Joi.number().integer().min(1024).max(1_048_576).default(32_768),
    MAX_ATTEMPTS: Joi.number().integer().min(1).max(10).default(3),
    MAX_IN_FLIGHT: Joi.number().integer().min(1).max(1_000_000).default(10_000),
    ACCESS_LOG_RATIO: Joi.number().min(0).max(1).default(1),
  },
  gatewayRules,
);
