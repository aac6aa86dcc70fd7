import { defineConfig } from './define-config';
import { registrationSettings, type RegistrationSettings } from './registration-settings';

const config = defineConfig<RegistrationSettings>(registrationSettings);

describe('registrationSettings', () => {
  it('knows the local registry without being told', () => {
    expect(config.read({}).REGISTRY_URL).toEqual(['http://127.0.0.1:8080']);
  });

  it('splits several registries and spells each in the canonical way', () => {
    expect(config.read({ REGISTRY_URL: 'http://A:8080/, https://b' }).REGISTRY_URL).toEqual([
      'http://a:8080',
      'https://b',
    ]);
  });

  it.each(['a:1', 'ftp://a', 'http://a,', 'http://u:p@a', 'http://a?x'])('refuses REGISTRY_URL=%s', (url) => {
    expect(() => config.read({ REGISTRY_URL: url })).toThrow(/REGISTRY_URL/);
  });
});
