import type { CidrSet } from '@rollcall/address-guard';
import { databaseRules, databaseSettings, type DatabaseSettings } from '@rollcall/resource-kit';
import {
  defineConfig,
  processSettings,
  caFileSetting,
  networksSetting,
  pairFileSetting,
  registrationRules,
  registrationSettings,
  tlsSettings,
  tracingRules,
  type ProcessSettings,
  type RegistrationSettings,
  type TlsSettings,
} from '@rollcall/service-kit';
import Joi from 'joi';

export interface OrderConfig extends ProcessSettings, RegistrationSettings, TlsSettings, DatabaseSettings {
  /** PEM file of the authority that signs the certificates of https:// instances; default: those that Node knows. */
  readonly UPSTREAM_CA_FILE?: string;
  /** PEM file of the certificate that is shown to https:// instances that ask for one (`CLIENT_CA_FILE` there). */
  readonly UPSTREAM_CERT_FILE?: string;
  /** PEM file of its private key, without a passphrase. */
  readonly UPSTREAM_KEY_FILE?: string;
  /**
   * Networks whose instances are connected to although their addresses are refused otherwise: link-local, cloud
   * metadata, and loopback in production. As the registry's and the gateway's.
   */
  readonly ALLOWED_CIDRS: CidrSet;
  /**
   * Milliseconds that pricing one product may take with all its attempts, default 2000. Too low: 503 while product
   * is merely slow. Too high: callers wait that long to hear that it is away.
   */
  readonly PRODUCT_TIMEOUT_MS: number;
}

const UPSTREAM_PAIR = { certFile: 'UPSTREAM_CERT_FILE', keyFile: 'UPSTREAM_KEY_FILE' };

export const orderConfig = defineConfig<OrderConfig>(
  {
    ...processSettings({ PORT: 8083, SERVICE_NAME: 'order' }),
    ...registrationSettings,
    ...tlsSettings,
    ...databaseSettings,
    UPSTREAM_CA_FILE: caFileSetting,
    UPSTREAM_CERT_FILE: pairFileSetting(UPSTREAM_PAIR, 'certFile'),
    UPSTREAM_KEY_FILE: pairFileSetting(UPSTREAM_PAIR, 'keyFile'),
    ALLOWED_CIDRS: networksSetting,
    PRODUCT_TIMEOUT_MS: Joi.number().integer().min(1).max(60_000).default(2000),
  },
  [...tracingRules, ...registrationRules, ...databaseRules],
);
