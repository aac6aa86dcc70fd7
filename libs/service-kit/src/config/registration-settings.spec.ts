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

  it.each([
    'http://u:hunter2@a',
    'http://u:hunter 2@a',
    'htp://u:hunter2@a',
    'u:hunter2@a',
    'http://u:hunter2@[',
    'http://u:hunter2@a?x',
  ])('does not repeat the password in %s', (url) => {
    for (const name of ['REGISTRY_URL', 'ADVERTISE_URL']) {
      const reading = () => config.read({ [name]: url });
      expect(reading).toThrow(name);
      expect(reading).not.toThrow(/hunter|ter2/);
    }
  });

  it('does not repeat a password that looks like two addresses of a list', () => {
    expect(() => config.read({ REGISTRY_URL: 'http://b,http://u:hun,ter2@a' })).toThrow('"http://***@a"');
  });

  it.each(['a:1', 'ftp://a', 'http://a,', 'http://u:p@a', 'http://a?x'])('refuses REGISTRY_URL=%s', (url) => {
    expect(() => config.read({ REGISTRY_URL: url })).toThrow(/REGISTRY_URL/);
  });
});
