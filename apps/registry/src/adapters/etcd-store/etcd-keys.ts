import { createHash } from 'node:crypto';

/**
 * Where everything is. `catalog/` is what is kept, `group/` who is there: the latter changes every two seconds, and whoever
 * catches up with the catalog does not want to read all of it.
 */
export interface EtcdKeys {
  /** Of all keys. */
  readonly all: string;
  readonly catalog: string;
  readonly group: string;
  /** The catalog's identity. */
  readonly meta: string;
  /** While it exists, instances may be running that have not registered with this catalog yet. */
  readonly warm: string;
  /** Put by every change that gives a service a path: at most one of them at a time succeeds. */
  readonly paths: string;
  readonly leader: string;
  readonly instances: string;
  readonly services: string;
  instance(serviceName: string, url: string): string;
  id(instanceId: string, serviceName: string): string;
  /** All services with an instance of that id. */
  ids(instanceId: string): string;
  service(serviceName: string): string;
  claims(serviceName: string): string;
  overrides(serviceName: string): string;
  replica(replicaId: string): string;
  heard(replicaId: string): string;
  ack(serviceName: string, instanceId: string, replicaId: string): string;
  /** What a key is for; `undefined` for one that is not ours. */
  parse(key: string): EtcdKey | undefined;
}

export type EtcdKey =
  | { readonly kind: 'meta' | 'warm' | 'paths' | 'leader' }
  | { readonly kind: 'instance'; readonly serviceName: string; readonly hash: string }
  | { readonly kind: 'id'; readonly serviceName: string; readonly instanceId: string }
  | { readonly kind: 'service' | 'claims' | 'overrides'; readonly serviceName: string }
  | { readonly kind: 'replica' | 'heard'; readonly replicaId: string }
  | {
      readonly kind: 'ack';
      readonly serviceName: string;
      readonly instanceId: string;
      readonly replicaId: string;
    };

/** The format of the keys. Another one would be another catalog. */
const FORMAT = 'v1';

/** @param prefix `ETCD_PREFIX`, with or without a slash at its end */
export function createEtcdKeys(prefix: string): EtcdKeys {
  const all = `${prefix.replace(/\/*$/, '')}/${FORMAT}/`;
  const catalog = `${all}catalog/`;
  const group = `${all}group/`;
  const single = new Map<string, EtcdKey>(
    (['meta', 'warm'] as const).map((kind) => [`${all}${kind}`, { kind }]),
  );
  single.set(`${catalog}paths`, { kind: 'paths' });
  single.set(`${group}leader`, { kind: 'leader' });

  return {
    all,
    catalog,
    group,
    meta: `${all}meta`,
    warm: `${all}warm`,
    paths: `${catalog}paths`,
    leader: `${group}leader`,
    instances: `${catalog}instance/`,
    services: `${catalog}service/`,
    instance: (serviceName, url) => `${catalog}instance/${serviceName}/${urlHash(url)}`,
    id: (instanceId, serviceName) => `${catalog}id/${instanceId}/${serviceName}`,
    ids: (instanceId) => `${catalog}id/${instanceId}/`,
    service: (serviceName) => `${catalog}service/${serviceName}`,
    claims: (serviceName) => `${catalog}claims/${serviceName}`,
    overrides: (serviceName) => `${catalog}overrides/${serviceName}`,
    replica: (replicaId) => `${group}replica/${replicaId}`,
    heard: (replicaId) => `${group}heard/${replicaId}`,
    ack: (serviceName, instanceId, replicaId) => `${group}ack/${serviceName}/${instanceId}/${replicaId}`,
    parse(key) {
      if (!key.startsWith(all)) return undefined;
      const alone = single.get(key);
      if (alone !== undefined) return alone;
      const [area, kind, first = '', second = '', third = '', ...more] = key.slice(all.length).split('/');
      if (first === '' || more.length > 0) return undefined;
      return area === 'catalog'
        ? catalogKey(kind, first, second, third)
        : area === 'group'
          ? groupKey(kind, first, second, third)
          : undefined;
    },
  };
}

function catalogKey(kind = '', first: string, second: string, third: string): EtcdKey | undefined {
  if (third !== '') return undefined;
  if (kind === 'instance' && second !== '') return { kind, serviceName: first, hash: second };
  if (kind === 'id' && second !== '') return { kind, instanceId: first, serviceName: second };
  if (second !== '') return undefined;
  if (kind === 'service' || kind === 'claims' || kind === 'overrides') return { kind, serviceName: first };
  return undefined;
}

function groupKey(kind = '', first: string, second: string, third: string): EtcdKey | undefined {
  if (kind === 'ack' && second !== '' && third !== '')
    return { kind, serviceName: first, instanceId: second, replicaId: third };
  if ((kind === 'replica' || kind === 'heard') && second === '') return { kind, replicaId: first };
  return undefined;
}

/** Urls have slashes and any length. Two with one hash would be two instances at one address: 132 bits are enough. */
export function urlHash(url: string): string {
  return createHash('sha256').update(url).digest('base64url').slice(0, 22);
}
