export { etcdIsInstalled } from './etcd-is-installed';
export { startEtcdCluster, type EtcdCluster, type EtcdClusterOptions } from './etcd-cluster';
export type { EtcdMember } from './etcd-member';
export { startTcpRelay, type TcpRelay } from './tcp-relay';
