import { databaseRules, databaseSettings, type DatabaseSettings } from '@rollcall/resource-kit';
import {
  defineConfig,
  processSettings,
  registrationRules,
  registrationSettings,
  tlsSettings,
  tracingRules,
  type ProcessSettings,
  type RegistrationSettings,
  type TlsSettings,
} from '@rollcall/service-kit';
import Joi from 'joi';

export interface ProductConfig extends ProcessSettings, RegistrationSettings, TlsSettings, DatabaseSettings {
  /** `on` fills in a few products at start, where they are not there yet. Default on, and off in production. */
  readonly SAMPLE_DATA: boolean;
}

export const productConfig = defineConfig<ProductConfig>(
  {
    ...processSettings({ PORT: 8081, SERVICE_NAME: 'product' }),
    ...registrationSettings,
    ...tlsSettings,
    ...databaseSettings,
    SAMPLE_DATA: Joi.boolean()
      .truthy('on')
      .falsy('off')
      .default((settings: Partial<ProductConfig>) => settings.NODE_ENV !== 'production'),
  },
  [...tracingRules, ...registrationRules, ...databaseRules],
);
