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
      REGISTRY_STORE: 'journal',
      DATA_DIR: '.data',
    });
  });

  it('take the older name of the journal', () => {
    expect(registryConfig.read({ REGISTRY_STORE: 'memory' }).REGISTRY_STORE).toBe('journal');
  });

  it('name the members of etcd', () => {
    const ETCD_ENDPOINTS = 'http://10.0.0.1:2379,http://10.0.0.2:2379';
    expect(registryConfig.read({ REGISTRY_STORE: 'etcd', ETCD_ENDPOINTS })).toMatchObject({
      ETCD_ENDPOINTS: ['http://10.0.0.1:2379', 'http://10.0.0.2:2379'],
      ETCD_PREFIX: '/rollcall/',
    });
    expect(registryConfig.read({ REGISTRY_STORE: 'etcd' }).ETCD_ENDPOINTS).toEqual(['http://127.0.0.1:2379']);
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
    ['a store that does not exist', { REGISTRY_STORE: 'stone' }, ['REGISTRY_STORE']],
    ['addresses of etcd without a scheme', { ETCD_ENDPOINTS: '10.0.0.1:2379' }, ['ETCD_ENDPOINTS']],
    [
      'members of etcd with TLS and without',
      { REGISTRY_STORE: 'etcd', ETCD_ENDPOINTS: 'http://a:2379,https://b:2379' },
      ['ETCD_ENDPOINTS'],
    ],
    ['a prefix that is empty', { REGISTRY_STORE: 'etcd', ETCD_PREFIX: ' ' }, ['ETCD_PREFIX']],
    ['a user without a password', { REGISTRY_STORE: 'etcd', ETCD_USERNAME: 'ana' }, ['ETCD_PASSWORD_FILE']],
    [
      'a password that cannot be read',
      { REGISTRY_STORE: 'etcd', ETCD_USERNAME: 'ana', ETCD_PASSWORD_FILE: '/nowhere/password' },
      ['ETCD_PASSWORD_FILE'],
    ],
    [
      'a certificate without its key',
      { REGISTRY_STORE: 'etcd', ETCD_ENDPOINTS: 'https://b:2379', ETCD_CERT_FILE: __filename },
      ['ETCD_CERT_FILE'],
    ],
    [
      'a key without its certificate',
      { REGISTRY_STORE: 'etcd', ETCD_ENDPOINTS: 'https://b:2379', ETCD_KEY_FILE: __filename },
      ['ETCD_KEY_FILE'],
    ],
    [
      'several at once',
      { MAX_INSTANCES: '0', MAX_SERVICES: 'many', PORT: '70000' },
      ['MAX_INSTANCES', 'MAX_SERVICES', 'PORT'],
    ],
  ])('refuse %s', (_what, env, expected) => {
    expect(faults(env).sort()).toEqual(expected);
  });
});
