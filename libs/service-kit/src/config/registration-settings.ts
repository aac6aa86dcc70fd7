import { canonicalInstanceUrl, canonicalInstanceUrls } from '@rollcall/contracts';
import Joi from 'joi';
import { caFileSetting } from './ca-file-setting';
import { secret } from './secret';
import type { SettingRule } from './setting-rules';
import type { SettingSchemas } from './setting-schemas';
import { pairFileSetting, type TlsSettings } from './tls-settings';

/** Settings of every app that registers itself. */
export interface RegistrationSettings {
  /** Base addresses of the registries, which are replicas of one catalog. */
  readonly REGISTRY_URL: readonly string[];
  /** Bearer token with the write scope of this service. */
  readonly REGISTRY_TOKEN?: string;
  /** PEM file of the authority that signed the registry's certificate. */
  readonly REGISTRY_CA_FILE?: string;
  /** PEM file of the certificate that is shown to a registry that asks for one (`CLIENT_CA_FILE` there). */
  readonly REGISTRY_CERT_FILE?: string;
  /** PEM file of its private key, without a passphrase. */
  readonly REGISTRY_KEY_FILE?: string;
  /** This instance's address as others reach it; found out from the socket to the registry when not set. */
  readonly ADVERTISE_URL?: string;
  /**
   * Milliseconds to go on serving at the end when not every caller has confirmed that it picks this instance no more;
   * default 5000. Too low: those that have not heard meet a closed port. Too high: shutdown takes that long.
   */
  readonly DRAIN_LINGER_MS: number;
}

/** The settings of the certificate that is shown to registries. */
export const REGISTRY_PAIR = { certFile: 'REGISTRY_CERT_FILE', keyFile: 'REGISTRY_KEY_FILE' } as const;

const baseUrl = Joi.string().custom((value: string, helpers) => {
  const result = canonicalInstanceUrl(value);
  return 'url' in result ? result.url : helpers.message({ custom: `{{#label}} ${result.fault}` });
});

const baseUrls = Joi.string().custom((value: string, helpers) => {
  const result = canonicalInstanceUrls(value);
  return 'urls' in result
    ? result.urls
    : helpers.message({ custom: '{{#label}}: {{#fault}}' }, { fault: result.fault });
});

export const registrationSettings: SettingSchemas<RegistrationSettings> = {
  REGISTRY_URL: baseUrls.default(['http://127.0.0.1:8080']),
  REGISTRY_TOKEN: secret(Joi.string()),
  REGISTRY_CA_FILE: caFileSetting,
  REGISTRY_CERT_FILE: pairFileSetting(REGISTRY_PAIR, 'certFile'),
  REGISTRY_KEY_FILE: pairFileSetting(REGISTRY_PAIR, 'keyFile'),
  ADVERTISE_URL: baseUrl,
  DRAIN_LINGER_MS: Joi.number().integer().min(0).max(600_000).default(5000),
};

export const registrationRules: readonly SettingRule<RegistrationSettings & TlsSettings>[] = [
  {
    setting: 'REGISTRY_CA_FILE',
    beside: ['REGISTRY_URL'],
    idle: ({ REGISTRY_URL }) => !REGISTRY_URL.some((url) => url.startsWith('https:')),
    why: 'has no effect: no address in REGISTRY_URL is https://, so no certificate is verified',
    mend: 'Write https:// in REGISTRY_URL, or unset REGISTRY_CA_FILE',
  },
  {
    setting: 'REGISTRY_CERT_FILE',
    beside: ['REGISTRY_URL'],
    idle: ({ REGISTRY_URL }) => !REGISTRY_URL.some((url) => url.startsWith('https:')),
    why: 'has no effect: no address in REGISTRY_URL is https://, so no certificate is shown',
    mend: 'Write https:// in REGISTRY_URL, or unset REGISTRY_CERT_FILE and REGISTRY_KEY_FILE',
  },
  {
    setting: 'ADVERTISE_URL',
    beside: ['TLS_CERT_FILE'],
    idle: ({ ADVERTISE_URL, TLS_CERT_FILE }) =>
      ADVERTISE_URL?.startsWith('http:') === true && TLS_CERT_FILE !== undefined,
    why: 'is http://, and with TLS_CERT_FILE the port speaks TLS only: callers that come here directly fail',
    mend: 'Write https:// in ADVERTISE_URL, unless it is the address of a proxy that connects to this port over TLS',
    then: 'warn',
  },
];

/** How the registries are called, as the client library takes it. */
export function registryOptions({
  REGISTRY_URL,
  REGISTRY_TOKEN,
  REGISTRY_CA_FILE,
  REGISTRY_CERT_FILE,
  REGISTRY_KEY_FILE,
}: RegistrationSettings): RegistryOptions {
  return {
    registryUrls: REGISTRY_URL,
    ...(REGISTRY_TOKEN === undefined ? {} : { token: REGISTRY_TOKEN }),
    ...(REGISTRY_CA_FILE === undefined ? {} : { caFile: REGISTRY_CA_FILE }),
    ...(REGISTRY_CERT_FILE === undefined ? {} : { certFile: REGISTRY_CERT_FILE }),
    ...(REGISTRY_KEY_FILE === undefined ? {} : { keyFile: REGISTRY_KEY_FILE }),
  };
}

export interface RegistryOptions {
  readonly registryUrls: readonly string[];
  readonly token?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}
