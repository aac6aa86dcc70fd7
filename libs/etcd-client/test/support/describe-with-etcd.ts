import { etcdIsInstalled } from '@rollcall/testing/etcd';

/** Suites over real members; on a machine without etcd they are reported as skipped. */
export const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;
