import { defineConfig, processSettings, type ProcessSettings } from '@rollcall/service-kit';
import { accessSettings, type AccessSettings } from './access-settings';

const config = defineConfig<ProcessSettings & AccessSettings>({
  ...processSettings({ PORT: 0, SERVICE_NAME: 'registry' }),
  ...accessSettings,
});

const TOKEN = 'bq5Hk2-0Qz.pretend';

describe('access settings', () => {
  it.each([
    [{}, 'off'],
    [{ REGISTRY_TOKEN: TOKEN }, 'on'],
    [{ REGISTRY_TOKENS_FILE: 'tokens.yaml' }, 'on'],
    [{ REGISTRY_AUTH: 'off' }, 'off'],
    [{ REGISTRY_AUTH: 'on', REGISTRY_TOKEN: TOKEN }, 'on'],
    [{ NODE_ENV: 'production', REGISTRY_AUTH: 'off' }, 'off'],
    [{ NODE_ENV: 'production', REGISTRY_TOKENS_FILE: 'tokens.yaml' }, 'on'],
  ])('%j: authentication is %s', (env, expected) => {
    expect(config.read(env).REGISTRY_AUTH).toBe(expected);
  });

  it.each([{ NODE_ENV: 'production' }, { REGISTRY_AUTH: 'on' }])(
    'has no default secret, and does not open up for want of one: %j',
    (env) => {
      expect(() => config.read(env)).toThrow(
        'REGISTRY_TOKENS_FILE or REGISTRY_TOKEN is required, unless REGISTRY_AUTH is off',
      );
    },
  );

  it('refuses a token and a token file together', () => {
    const env = { REGISTRY_TOKEN: TOKEN, REGISTRY_TOKENS_FILE: 'tokens.yaml' };
    expect(() => config.read(env)).toThrow('REGISTRY_TOKENS_FILE and REGISTRY_TOKEN exclude each other');
  });

  it.each(['changeme', 'has spaces in it, many'])('refuses the token "%s" without repeating it', (token) => {
    let message = '';
    try {
      config.read({ REGISTRY_TOKEN: token });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('REGISTRY_TOKEN must');
    expect(message).not.toContain(token);
  });

  it('prints no token', () => {
    expect(config.describe(config.read({ REGISTRY_TOKEN: TOKEN }))).toHaveProperty('REGISTRY_TOKEN', '***');
  });
});
