import { EtcdError, type EtcdFaultKind } from '@rollcall/etcd-client';
import { etcdUnusable } from './etcd-errors';

describe('an etcd that keeps the registry from starting', () => {
  it.each<[EtcdFaultKind, string]>([
    ['unavailable', 'ETCD_ENDPOINTS'],
    ['deadline', 'ETCD_ENDPOINTS'],
    ['not_etcd', 'ETCD_ENDPOINTS'],
    ['version_too_old', 'ETCD_ENDPOINTS'],
    ['wrong_cluster', 'ETCD_ENDPOINTS'],
    ['certificate', 'ETCD_CA_FILE'],
    ['unauthenticated', 'ETCD_USERNAME'],
    ['permission_denied', 'ETCD_PREFIX'],
  ])('names the setting to be changed: %s', (kind, setting) => {
    const fault = new EtcdError(kind, 'as it was seen', { endpoint: '10.0.0.1:2379' });
    const error = etcdUnusable(fault);
    expect(error).toMatchObject({ code: 'ETCD_UNUSABLE', setting, cause: fault });
    expect(error.message).toContain(fault.message);
  });

  it('names none where no setting would mend it', () => {
    expect(etcdUnusable(new EtcdError('no_space', 'database space exceeded')).setting).toBeUndefined();
    expect(etcdUnusable(new Error('anything else')).setting).toBeUndefined();
  });

  it('leaves an error as it is that says more', () => {
    const error = etcdUnusable(new EtcdError('deadline', 'no answer'));
    expect(etcdUnusable(error)).toBe(error);
  });
});
