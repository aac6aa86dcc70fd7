import { EtcdError, type EtcdFaultKind } from '@rollcall/etcd-client';
import { AppError } from '@rollcall/service-kit';

/** The setting to be changed, where a fault of etcd is one of the settings. */
const SETTINGS: Readonly<Partial<Record<EtcdFaultKind, string>>> = {
  unavailable: 'ETCD_ENDPOINTS',
  deadline: 'ETCD_ENDPOINTS',
  not_etcd: 'ETCD_ENDPOINTS',
  version_too_old: 'ETCD_ENDPOINTS',
  wrong_cluster: 'ETCD_ENDPOINTS',
  certificate: 'ETCD_CA_FILE',
  unauthenticated: 'ETCD_USERNAME',
  permission_denied: 'ETCD_PREFIX',
};

/** Keeps the registry from starting. */
export function etcdUnusable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const kind = cause instanceof EtcdError ? cause.kind : 'unexpected';
  return new AppError({
    code: 'ETCD_UNUSABLE',
    status: 503,
    message: `The catalog cannot be read from etcd. ${textOf(cause)}`,
    setting: SETTINGS[kind],
    cause,
  });
}

/** Nothing is changed, so that the newer version can still use it. */
export function etcdCatalogNewer(minReader: number, known: number): AppError {
  return new AppError({
    code: 'ETCD_CATALOG_NEWER',
    status: 503,
    message:
      `The catalog in etcd can be read by registries of format ${minReader} and later, and this one knows ${known}. ` +
      'Upgrade this registry, or set ETCD_PREFIX to another prefix.',
    setting: 'ETCD_PREFIX',
  });
}

export function etcdCatalogForeign(key: string): AppError {
  return new AppError({
    code: 'ETCD_CATALOG_FOREIGN',
    status: 503,
    message:
      `The key ${key} in etcd does not hold what a registry writes there. ` +
      'Set ETCD_PREFIX to a prefix that nothing else uses, or delete that key.',
    setting: 'ETCD_PREFIX',
  });
}

/**
 * A change was not made, or it is not known whether it was. The store logs once that it cannot write.
 *
 * @param why a sentence
 */
export function etcdRefuses(why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'STORE_UNAVAILABLE',
    status: 503,
    message: `The catalog cannot be changed at the moment. ${why}`,
    expose: true,
    logged: false,
    headers: { 'Retry-After': '1' },
    cause,
  });
}

export function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
