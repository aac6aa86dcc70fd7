import { status, type ServiceError } from '@grpc/grpc-js';

/**
 * What went wrong with a call or a connection.
 *
 * - `unavailable`: no endpoint could be reached, or the connection broke, or there was no leader.
 * - `deadline`: no answer in time.
 * - `compacted`: the revision asked for is no longer kept; list again.
 * - `future_revision`: the revision asked for does not exist yet.
 * - `no_space`: the database has reached its quota; etcd refuses writes until the alarm is disarmed.
 * - `too_large`: more operations or bytes in one request than etcd takes, or one key twice.
 * - `lease_not_found`: the lease has ended, or there never was one.
 * - `unauthenticated`: user or password are wrong, or etcd wants them and none are configured.
 * - `permission_denied`: the user may not do this.
 * - `not_etcd`: something else answers at the endpoint.
 * - `certificate`: no secure connection, since one side does not accept the other's certificate.
 * - `version_too_old`: the member's version is older than what is needed.
 * - `wrong_cluster`: the endpoint belongs to another cluster than the ones before.
 * - `closed`: this client has been closed.
 * - `unexpected`: anything else.
 */
export type EtcdFaultKind =
  | 'unavailable'
  | 'deadline'
  | 'compacted'
  | 'future_revision'
  | 'no_space'
  | 'too_large'
  | 'lease_not_found'
  | 'unauthenticated'
  | 'permission_denied'
  | 'not_etcd'
  | 'certificate'
  | 'version_too_old'
  | 'wrong_cluster'
  | 'closed'
  | 'unexpected';

/** The lowest version that this client works with: fragmented watches and leases as we use them came with it. */
export const LOWEST_VERSION = '3.4';

const MENDS: Readonly<Partial<Record<EtcdFaultKind, string>>> = {
  unavailable: 'Check that the members run, have a leader, and can be reached from here.',
  compacted: 'List the keys again and watch from the revision of that list.',
  no_space:
    'Compact, defragment (etcdctl defrag), then disarm the alarm (etcdctl alarm disarm), or raise --quota-backend-bytes.',
  too_large: 'Split the request, or raise --max-txn-ops or --max-request-bytes.',
  unauthenticated: 'Check user name and password.',
  permission_denied: 'Grant the role of this user read and write permission for the prefix.',
  not_etcd: "Check that the endpoint is etcd's client URL (port 2379 by default).",
  certificate:
    'Check the CA file, that the certificate names the host of the endpoint, and the client certificate.',
  version_too_old: `Upgrade etcd to ${LOWEST_VERSION} or later.`,
  wrong_cluster: 'List only endpoints of one cluster.',
};

/** Faults after which a write may have happened all the same. */
const UNKNOWN_OUTCOME: ReadonlySet<EtcdFaultKind> = new Set([
  'unavailable',
  'deadline',
  'closed',
  'unexpected',
]);

export interface FaultDetails {
  readonly endpoint?: string;
  readonly cause?: unknown;
  /** Default: as the kind has it. */
  readonly mayHaveHappened?: boolean;
}

/** The one error that this client rejects with: branch on `kind`. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
  /** False when the request was certainly not carried out; of a write with true only a read or the watch can tell. */
  readonly mayHaveHappened: boolean;

  constructor(
    readonly kind: EtcdFaultKind,
    private readonly seen: string,
    private readonly details: FaultDetails = {},
  ) {
    const where = details.endpoint === undefined ? 'etcd' : `etcd at ${details.endpoint}`;
    const mend = MENDS[kind];
    super(`${where}: ${seen.replace(/\.$/, '')}.${mend === undefined ? '' : ` ${mend}`}`, {
      cause: details.cause,
    });
    this.mayHaveHappened = details.mayHaveHappened ?? UNKNOWN_OUTCOME.has(kind);
  }

  /** The same fault of a request that was not even sent. */
  beforeSending(): EtcdError {
    return new EtcdError(this.kind, this.seen, { ...this.details, mayHaveHappened: false });
  }
}

/** How etcd and grpc-js say it, by status code and text; the first row that fits. */
const READINGS: readonly (readonly [code: status | undefined, text: RegExp, kind: EtcdFaultKind])[] = [
  [status.DEADLINE_EXCEEDED, /^/, 'deadline'],
  // A connection that breaks under a call; the code depends on how it breaks.
  [undefined, /RST_STREAM|ECONNRESET|socket hang up|Connection dropped/, 'unavailable'],
  [status.OUT_OF_RANGE, /compacted/, 'compacted'],
  [status.OUT_OF_RANGE, /future revision/, 'future_revision'],
  [status.RESOURCE_EXHAUSTED, /database space exceeded/, 'no_space'],
  [status.RESOURCE_EXHAUSTED, /message larger than max/, 'too_large'],
  [status.INVALID_ARGUMENT, /too many operations|request is too large|duplicate key/, 'too_large'],
  // Faults of authentication have three codes; only an expired token has the one that is made for them.
  [status.INVALID_ARGUMENT, /authentication failed|user name is empty|auth store is old/, 'unauthenticated'],
  [status.UNAUTHENTICATED, /^/, 'unauthenticated'],
  [status.PERMISSION_DENIED, /^/, 'permission_denied'],
  [status.NOT_FOUND, /lease not found/, 'lease_not_found'],
  // "Received HTTP status code 404" and the like: HTTP/2, but not gRPC. grpc-js gives each a gRPC code of its own.
  [undefined, /HTTP status code|invalid content-type|Protocol error|Parse Error/i, 'not_etcd'],
  [status.UNIMPLEMENTED, /^/, 'not_etcd'],
  [status.CANCELLED, /^/, 'unavailable'],
  [status.UNAVAILABLE, /certificate|altname|self.signed|\bCERT_|SSL routines|EPROTO/i, 'certificate'],
  [status.UNAVAILABLE, /^/, 'unavailable'],
];

/** @param error what grpc-js gives; its `details` are etcd's own text */
export function faultOf(error: ServiceError, endpoint: string): EtcdError {
  const { code, details } = error;
  const row = READINGS.find(
    ([wanted, text]) => (wanted === undefined || wanted === code) && text.test(details),
  );
  const seen = `${details || error.message} (${status[code] ?? code})`;
  return new EtcdError(row?.[2] ?? 'unexpected', seen, { endpoint, cause: error });
}

/** For what failed apart from a call: what is no fault yet, becomes one of this kind. */
export function asEtcdError(error: unknown, kind: EtcdFaultKind = 'unexpected', what = ''): EtcdError {
  if (error instanceof EtcdError) return error;
  const seen = error instanceof Error ? error.message : String(error);
  return new EtcdError(kind, what + seen, { cause: error });
}
