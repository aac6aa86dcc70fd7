import {
  registrationRules,
  tracingRules,
  type ProcessSettings,
  type RegistrationSettings,
  type SettingRule,
  type TlsSettings,
} from '@rollcall/service-kit';
import type { DividedSettings } from './policies/share-of-limits';

/** The settings that these rules look at; `GatewayConfig` has them, and imports this file. */
interface RuledSettings extends ProcessSettings, RegistrationSettings, TlsSettings, DividedSettings {
  readonly ACCESS_LOG_RATIO: number;
  readonly ADMIN_HOST: string;
  readonly ADMIN_PORT: number;
  readonly ADMIN_TOKEN?: string;
  readonly ALLOWED_HOSTS: readonly string[];
  readonly DRAIN_TIMEOUT_MS: number;
  readonly GATEWAY_WORKERS: number;
  readonly HOLD_TIMEOUT_MS: number;
  readonly HTTP2: 'off' | 'tls' | 'on';
  readonly HTTP2_IDLE_MS: number;
  readonly HTTP2_MAX_STREAMS: number;
  readonly LEGACY_CALLS: boolean;
}

const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/** Settings of the gateway that have no effect, or contradict each other, beside which others. */
export const gatewayRules: readonly SettingRule<RuledSettings>[] = [
  ...tracingRules,
  ...registrationRules,
  {
    setting: 'HOLD_CAPACITY',
    beside: ['HOLD_TIMEOUT_MS'],
    idle: ({ HOLD_CAPACITY, HOLD_TIMEOUT_MS }) => HOLD_CAPACITY > 0 && HOLD_TIMEOUT_MS === 0,
    why: 'has no effect: with HOLD_TIMEOUT_MS=0 no request waits for an instance',
    mend: 'Set HOLD_TIMEOUT_MS above 0, or unset HOLD_CAPACITY',
  },
  {
    setting: 'HOLD_TIMEOUT_MS',
    beside: ['HOLD_CAPACITY'],
    idle: ({ HOLD_CAPACITY, HOLD_TIMEOUT_MS }) => HOLD_CAPACITY === 0 && HOLD_TIMEOUT_MS > 0,
    why: 'has no effect: with HOLD_CAPACITY=0 no request waits for an instance',
    mend: 'Set HOLD_CAPACITY above 0, or unset HOLD_TIMEOUT_MS',
  },
  {
    setting: 'DRAIN_LINGER_MS',
    beside: ['DRAIN_TIMEOUT_MS'],
    idle: ({ DRAIN_LINGER_MS, DRAIN_TIMEOUT_MS }) => DRAIN_LINGER_MS > DRAIN_TIMEOUT_MS,
    why: 'is never reached: DRAIN_TIMEOUT_MS, the time for the whole shutdown, is shorter',
    mend: 'Set DRAIN_TIMEOUT_MS to more than DRAIN_LINGER_MS and what requests in flight need',
  },
  {
    setting: 'ADMIN_PORT',
    beside: ['PORT', 'HOST', 'ADMIN_HOST'],
    idle: ({ PORT, HOST, ADMIN_PORT, ADMIN_HOST }) =>
      ADMIN_PORT !== 0 &&
      ADMIN_PORT === PORT &&
      (HOST === ADMIN_HOST || [HOST, ADMIN_HOST].some((host) => WILDCARDS.includes(host))),
    why: 'is the same as PORT, at an address that HOST and ADMIN_HOST have in common: only one can listen there',
    mend: 'Set ADMIN_PORT to another port',
  },
  {
    setting: 'ALLOWED_HOSTS',
    beside: ['ADMIN_TOKEN', 'LEGACY_CALLS'],
    idle: ({ ADMIN_TOKEN, LEGACY_CALLS }) => ADMIN_TOKEN !== undefined && !LEGACY_CALLS,
    why: 'has no effect: with ADMIN_TOKEN the admin port checks the token instead, and the legacy API (LEGACY_CALLS) is off',
    mend: 'Unset ALLOWED_HOSTS',
    then: 'warn',
  },
  {
    setting: 'ACCESS_LOG_RATIO',
    beside: ['LOG_LEVEL'],
    idle: ({ ACCESS_LOG_RATIO, LOG_LEVEL }) =>
      ACCESS_LOG_RATIO > 0 && (LOG_LEVEL === 'warn' || LOG_LEVEL === 'error'),
    why: 'has no effect: with this LOG_LEVEL requests that succeed are not logged',
    mend: 'Set LOG_LEVEL=info, or ACCESS_LOG_RATIO=0',
    then: 'warn',
  },
  {
    setting: 'HTTP2',
    beside: ['TLS_CERT_FILE'],
    idle: ({ HTTP2, TLS_CERT_FILE }) => HTTP2 === 'tls' && TLS_CERT_FILE === undefined,
    why: 'has no effect: without TLS_CERT_FILE callers cannot agree on HTTP/2 in the TLS handshake',
    mend: 'Set HTTP2=on for callers that begin with HTTP/2 without TLS, or unset HTTP2',
    then: 'warn',
  },
  withoutHttp2('HTTP2_MAX_STREAMS'),
  withoutHttp2('HTTP2_IDLE_MS'),
  lessThanWorkers('HOLD_CAPACITY'),
  lessThanWorkers('MAX_CONNECTIONS'),
  lessThanWorkers('MAX_IN_FLIGHT'),
];

function withoutHttp2(setting: 'HTTP2_MAX_STREAMS' | 'HTTP2_IDLE_MS'): SettingRule<RuledSettings> {
  return {
    setting,
    beside: ['HTTP2', 'TLS_CERT_FILE'],
    idle: ({ HTTP2, TLS_CERT_FILE }) => HTTP2 === 'off' || (HTTP2 === 'tls' && TLS_CERT_FILE === undefined),
    why: 'has no effect: no caller may speak HTTP/2, which takes HTTP2=on, or TLS_CERT_FILE and HTTP2=tls',
    mend: `Unset ${setting}, or let callers speak HTTP/2`,
    then: 'warn',
  };
}

/** A limit of the whole gateway is divided among its workers, and none can have less than one. */
function lessThanWorkers(setting: keyof DividedSettings): SettingRule<RuledSettings> {
  return {
    setting,
    beside: ['GATEWAY_WORKERS'],
    idle: ({ [setting]: limit, GATEWAY_WORKERS }) => limit > 0 && limit < GATEWAY_WORKERS,
    why: 'cannot be kept: it is less than GATEWAY_WORKERS, and each worker process takes at least 1',
    mend: `Set ${setting} to GATEWAY_WORKERS or more, or use fewer workers`,
  };
}
