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

export type HelloConfig = ProcessSettings & RegistrationSettings & TlsSettings;

export const helloConfig = defineConfig<HelloConfig>(
  {
    ...processSettings({ PORT: 9090, SERVICE_NAME: 'hello' }),
    ...registrationSettings,
    ...tlsSettings,
  },
  [...tracingRules, ...registrationRules],
);
