import { ConfigError } from '@rollcall/service-kit';
import { registryConfig } from './config';

function faults(env: NodeJS.ProcessEnv): string[] {
  try {
    registryConfig.read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ path }) => path);
    throw error;
  }
}

describe("the registry's settings", () => {
  it('all have defaults', () => {
    expect(registryConfig.read({})).toMatchObject({
      PORT: 8080,
      HOST: '127.0.0.1',
      LEASE_TTL_SECONDS: 30,
      HEARTBEAT_INTERVAL_SECONDS: 10,
      REGISTRY_STORE: 'memory',
      DATA_DIR: '.data',
    });
  });

  it('keep heartbeats within a lease that is set shorter', () => {
    expect(registryConfig.read({ LEASE_TTL_SECONDS: '6' }).HEARTBEAT_INTERVAL_SECONDS).toBe(2);
    expect(registryConfig.read({ LEASE_TTL_SECONDS: '90' }).HEARTBEAT_INTERVAL_SECONDS).toBe(10);
  });

  it.each([
    [
      'an interval as long as the lease',
      { LEASE_TTL_SECONDS: '10', HEARTBEAT_INTERVAL_SECONDS: '10' },
      ['HEARTBEAT_INTERVAL_SECONDS'],
    ],
    ['a lease too short', { LEASE_TTL_SECONDS: '4' }, ['LEASE_TTL_SECONDS']],
    ['a store that does not exist', { REGISTRY_STORE: 'etcd' }, ['REGISTRY_STORE']],
    [
      'several at once',
      { MAX_INSTANCES: '0', MAX_SERVICES: 'many', PORT: '70000' },
      ['MAX_INSTANCES', 'MAX_SERVICES', 'PORT'],
    ],
  ])('refuse %s', (_what, env, expected) => {
    expect(faults(env).sort()).toEqual(expected);
  });
});
