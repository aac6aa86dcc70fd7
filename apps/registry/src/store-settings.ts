import { readFileSync } from 'node:fs';
import { canonicalInstanceUrl, canonicalInstanceUrls } from '@rollcall/contracts';
import { caFileSetting, dataDirSetting, type SettingRule, type SettingSchemas } from '@rollcall/service-kit';
import Joi from 'joi';

/** Settings of where the catalog is kept, and with which other registries it is shared. */
export interface StoreSettings {
  /**
   * Who keeps the catalog: `journal`, the default, is this process, in memory and in a journal in DATA_DIR; `etcd` is a
   * cluster of etcd, and every registry over it is a replica of one catalog. `memory` is an older spelling of `journal`.
   */
  readonly REGISTRY_STORE: 'journal' | 'etcd';
  /**
   * The catalog is kept in `<DATA_DIR>/registry`, where a restart finds it again; default `.data`. `off` forgets it
   * with the process: instances register again at the next heartbeat. With REGISTRY_STORE=etcd only the highest revision
   * that was seen is kept there, by which a restored backup is noticed.
   */
  readonly DATA_DIR: string;
  /** Addresses of the members of etcd, as `http://10.0.0.1:2379,http://10.0.0.2:2379`; default `http://127.0.0.1:2379`. */
  readonly ETCD_ENDPOINTS: readonly string[];
  /** What the keys in etcd begin with; default `/rollcall/`. Registries of one prefix are replicas of one catalog. */
  readonly ETCD_PREFIX: string;
  /** The user of etcd, with ETCD_PASSWORD_FILE, if etcd asks for one. */
  readonly ETCD_USERNAME?: string;
  /** File with the user's password. Read each time that etcd asks for it. */
  readonly ETCD_PASSWORD_FILE?: string;
  /** PEM file of the authority that signed the certificates of etcd. Default: the system's. */
  readonly ETCD_CA_FILE?: string;
  /** PEM file of the certificate by which etcd knows this registry, with ETCD_KEY_FILE, if it asks for one. */
  readonly ETCD_CERT_FILE?: string;
  /** PEM file of that certificate's private key. */
  readonly ETCD_KEY_FILE?: string;
  /** Where the other replicas and people reach this one, for its entry in etcd; default: the host's name and PORT. */
  readonly ADVERTISE_URL?: string;
}

const oneUrl = Joi.string().custom((value: string, { message }) => {
  const result = canonicalInstanceUrl(value);
  return 'url' in result ? result.url : message({ custom: `{{#label}} ${result.fault}` });
});

const urls = Joi.string().custom((value: string, { message }) => {
  const result = canonicalInstanceUrls(value);
  if (!('urls' in result)) return message({ custom: '{{#label}}: {{#fault}}' }, { fault: result.fault });
  const secure = result.urls.filter((url) => url.startsWith('https:'));
  return secure.length === 0 || secure.length === result.urls.length
    ? result.urls
    : message({ custom: '{{#label}} has http:// and https://: write one of them for all members' });
});

const readable = Joi.string().custom((file: string, { message }) => {
  try {
    readFileSync(file);
    return file;
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return message({ custom: '{{#label}} cannot be read: {{#fault}}' }, { fault });
  }
});

/** A file that is of no use without that other setting. */
function fileWith(other: keyof StoreSettings): Joi.Schema {
  return readable.custom((file: string, { state, message }) => {
    const siblings: Partial<StoreSettings> = state.ancestors[0];
    return siblings[other] === undefined ? message({ custom: `{{#label}} needs ${other} beside it` }) : file;
  });
}

export const storeSettings: SettingSchemas<StoreSettings> = {
  REGISTRY_STORE: Joi.string()
    .replace(/^memory$/, 'journal')
    .valid('journal', 'etcd')
    .default('journal'),
  DATA_DIR: dataDirSetting,
  ETCD_ENDPOINTS: urls.default(['http://127.0.0.1:2379']),
  ETCD_PREFIX: Joi.string()
    .pattern(/^[\x21-\x7e]{1,200}$/)
    .messages({ 'string.pattern.base': '{{#label}} is 1 to 200 printable characters without a space' })
    .default('/rollcall/'),
  ETCD_USERNAME: Joi.string(),
  ETCD_PASSWORD_FILE: readable.when('ETCD_USERNAME', { is: Joi.exist(), then: Joi.required() }),
  ETCD_CA_FILE: caFileSetting,
  ETCD_CERT_FILE: fileWith('ETCD_KEY_FILE'),
  ETCD_KEY_FILE: fileWith('ETCD_CERT_FILE'),
  ADVERTISE_URL: oneUrl,
};

export const storeRules: readonly SettingRule<StoreSettings>[] = [
  ...(['ETCD_ENDPOINTS', 'ETCD_PREFIX'] as const).map(
    (setting): SettingRule<StoreSettings> => ({
      setting,
      beside: ['REGISTRY_STORE'],
      idle: ({ REGISTRY_STORE }) => REGISTRY_STORE !== 'etcd',
      why: 'has no effect: REGISTRY_STORE is not etcd, so this registry keeps its catalog itself',
      mend: `Set REGISTRY_STORE=etcd, or unset ${setting}`,
    }),
  ),
  {
    setting: 'ADVERTISE_URL',
    beside: ['REGISTRY_STORE'],
    idle: ({ REGISTRY_STORE }) => REGISTRY_STORE !== 'etcd',
    why: 'has no effect: REGISTRY_STORE is not etcd, so there are no other replicas',
    mend: 'Unset ADVERTISE_URL',
    then: 'warn',
  },
  {
    setting: 'ETCD_PASSWORD_FILE',
    beside: ['ETCD_USERNAME'],
    idle: ({ ETCD_USERNAME }) => ETCD_USERNAME === undefined,
    why: 'has no effect: ETCD_USERNAME is not set, so no password is sent',
    mend: 'Set ETCD_USERNAME, or unset ETCD_PASSWORD_FILE',
  },
  {
    setting: 'ETCD_CA_FILE',
    beside: ['ETCD_ENDPOINTS'],
    idle: ({ ETCD_ENDPOINTS }) => !ETCD_ENDPOINTS.some((url) => url.startsWith('https:')),
    why: 'has no effect: no address in ETCD_ENDPOINTS is https://, so no certificate is verified',
    mend: 'Write https:// in ETCD_ENDPOINTS, or unset ETCD_CA_FILE',
  },
];
