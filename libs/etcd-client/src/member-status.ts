import type { Connection } from './connection';
import { EtcdError, LOWEST_VERSION } from './etcd-fault';
import type { StatusResponse } from './messages';
import { methods } from './protocol';

/** What a member says of itself and of its cluster. */
export interface MemberStatus {
  readonly endpoint: string;
  readonly version: string;
  readonly clusterId: string;
  /** False while it knows of no leader: it can neither write nor read linearizably. */
  readonly hasLeader: boolean;
  /** Of the file, which shrinks only by defragmentation. etcd compares this with its quota. */
  readonly databaseBytes: number;
  readonly databaseBytesInUse: number;
  /** `undefined` before etcd 3.6, which does not tell. */
  readonly databaseQuotaBytes: number | undefined;
  readonly alarms: readonly ('no_space' | 'corrupt')[];
}

export function memberStatusOf(status: StatusResponse, endpoint: string): MemberStatus {
  const quota = Number(status.dbSizeQuota);
  const errors = status.errors.join(' ');
  return {
    endpoint,
    version: status.version,
    clusterId: status.header?.cluster_id ?? '0',
    hasLeader: status.leader !== '0',
    databaseBytes: Number(status.dbSize),
    databaseBytesInUse: Number(status.dbSizeInUse),
    databaseQuotaBytes: quota > 0 ? quota : undefined,
    alarms: [
      ...(/NOSPACE/.test(errors) ? (['no_space'] as const) : []),
      ...(/CORRUPT/.test(errors) ? (['corrupt'] as const) : []),
    ],
  };
}

/**
 * Makes sure that a connection is of use: that etcd answers, in a version that will do, that it is of the same cluster as
 * the ones before, and that it is in touch with a leader. A member that is cut off from the others takes connections as
 * before, and lets writes wait for 7 s.
 */
export function createMemberCheck(timeoutMs: number): (connection: Connection) => Promise<void> {
  let clusterId: string | undefined;
  return async (connection) => {
    const { endpoint } = connection;
    const limits = { deadlineMs: timeoutMs, token: undefined };
    const status = memberStatusOf(await connection.call(methods.status, {}, limits), endpoint);
    if (isOlder(status.version, LOWEST_VERSION))
      throw new EtcdError('version_too_old', `version ${status.version} is too old`, { endpoint });
    if (clusterId !== undefined && clusterId !== status.clusterId) {
      const seen = `it belongs to cluster ${status.clusterId}, the endpoint before to ${clusterId}`;
      throw new EtcdError('wrong_cluster', seen, { endpoint });
    }
    if (!status.hasLeader)
      throw new EtcdError('unavailable', 'the member knows of no leader', {
        endpoint,
        mayHaveHappened: false,
      });
    ({ clusterId } = status);
  };
}

/** Only major and minor: patch releases change nothing that we need. */
export function isOlder(version: string, lowest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [lowestMajor = 0, lowestMinor = 0] = lowest.split('.').map(Number);
  return major < lowestMajor || (major === lowestMajor && minor < lowestMinor);
}
