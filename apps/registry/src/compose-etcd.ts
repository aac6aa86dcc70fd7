import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { packageVersion, type Logger } from '@rollcall/service-kit';
import { logEtcdEvent } from './adapters/etcd-store/etcd-logger';
import { measureEtcd } from './adapters/etcd-store/etcd-metrics';
import { createEtcdReplica, type EtcdReplicaOptions } from './adapters/etcd-store/etcd-replica';
import type { SharedStore } from './compose-store';
import type { RegistryConfig } from './config';
import type { Clock } from './ports/clock';

/** The store and the group of a registry that shares its catalog over etcd. Nothing has been opened yet. */
export function composeEtcdStore(
  config: Readonly<RegistryConfig>,
  clock: Clock,
  logger: Logger,
): SharedStore {
  const { ETCD_USERNAME: name, ETCD_PASSWORD_FILE: passwordFile, DATA_DIR: dataDir } = config;
  const scheme = config.TLS_CERT_FILE === undefined ? 'http' : 'https';
  const replica = createEtcdReplica({
    connection: {
      endpoints: config.ETCD_ENDPOINTS,
      ...tlsOf(config),
      ...(name !== undefined &&
        passwordFile !== undefined && {
          // The line break that editors put at the end is not part of it.
          user: { name, password: async () => (await readFile(passwordFile, 'utf8')).replace(/\r?\n$/, '') },
        }),
    },
    prefix: config.ETCD_PREFIX,
    clock,
    newId: randomUUID,
    self: {
      url: config.ADVERTISE_URL ?? `${scheme}://${hostname()}:${config.PORT}`,
      version: packageVersion(__dirname),
    },
    warmSeconds: config.LEASE_TTL_SECONDS,
    ...(dataDir !== 'off' && { seenPath: resolve(dataDir, 'registry', 'seen') }),
    onEvent: (event) => logEtcdEvent(logger, event),
  });
  return { ...replica, measure: (registry) => measureEtcd(registry, replica.state) };
}

/** Read for each connection, so that files that were renewed are used. */
function tlsOf(config: Readonly<RegistryConfig>): Pick<EtcdReplicaOptions['connection'], 'tls'> {
  if (!config.ETCD_ENDPOINTS.some((url) => url.startsWith('https:'))) return {};
  const { ETCD_CA_FILE: ca, ETCD_CERT_FILE: cert, ETCD_KEY_FILE: key } = config;
  return {
    tls: async () => ({
      ...(ca !== undefined && { ca: await readFile(ca) }),
      ...(cert !== undefined && { cert: await readFile(cert) }),
      ...(key !== undefined && { key: await readFile(key) }),
    }),
  };
}
