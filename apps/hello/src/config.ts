import {
  defineConfig,
  processSettings,
  registrationSettings,
  type ProcessSettings,
  type RegistrationSettings,
} from '@rollcall/service-kit';

export type HelloConfig = ProcessSettings & RegistrationSettings;

export const helloConfig = defineConfig<HelloConfig>({
  ...processSettings({ PORT: 9090, SERVICE_NAME: 'hello' }),
  ...registrationSettings,
});
