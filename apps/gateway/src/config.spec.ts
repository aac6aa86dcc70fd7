import { ConfigError } from '@rollcall/service-kit';
import { gatewayConfig } from './config';

const faults = (env: Record<string, string>) => {
  try {
    gatewayConfig.read(env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.faults.map(({ path }) => path) : [error];
  }
};

describe('gateway settings', () => {
  it('have defaults that work on one machine', () => {
    expect(gatewayConfig.read({})).toMatchObject({
      PORT: 8000,
      HOST: '127.0.0.1',
      ADMIN_PORT: 8001,
      ADMIN_HOST: '127.0.0.1',
      REGISTRY_URL: ['http://127.0.0.1:8080'],
      HOLD_TIMEOUT_MS: 10_000,
      CONNECT_TIMEOUT_MS: 1000,
      LEGACY_CALLS: true,
    });
  });

  it.each([
    [{ NODE_ENV: 'production' }, false],
    [{ NODE_ENV: 'production', LEGACY_CALLS: 'on' }, true],
    [{ LEGACY_CALLS: 'off' }, false],
  ])('%p: legacy API %p', (env, expected) => {
    expect(gatewayConfig.read({ ...env }).LEGACY_CALLS).toBe(expected);
  });

  it('take networks of proxies', () => {
    const { TRUSTED_PROXIES: trusted } = gatewayConfig.read({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' });
    expect(['10.1.2.3', '::1', '127.0.0.1'].map((address) => trusted.has(address))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, ['TRUSTED_PROXIES']],
    [{ TRUSTED_PROXIES: 'proxy' }, ['TRUSTED_PROXIES']],
    [{ ADMIN_HOST: '0.0.0.0' }, ['ADMIN_TOKEN']],
    [{ ADMIN_TOKEN: 'short' }, ['ADMIN_TOKEN']],
    [
      { LEGACY_CALLS: 'yes', ACCESS_LOG_RATIO: '2', PORT: '-1' },
      ['PORT', 'LEGACY_CALLS', 'ACCESS_LOG_RATIO'],
    ],
  ])('%p: faults in %p', (env, expected) => {
    expect(faults({ ...env })).toEqual(expected);
  });

  it('open the admin port to others with a token', () => {
    expect(faults({ ADMIN_HOST: '0.0.0.0', ADMIN_TOKEN: 'a-token-of-some-length' })).toEqual([]);
  });
});
