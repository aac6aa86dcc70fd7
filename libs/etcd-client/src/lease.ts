import type { ServiceError } from '@grpc/grpc-js';
import type { CallLimits, Connection } from './connection';
import { EtcdError, faultOf } from './etcd-fault';
import { methods } from './protocol';

export type LeaseState =
  | { readonly kind: 'alive'; readonly ttlSeconds: number }
  /** It has expired or was revoked, and its keys are deleted. */
  | { readonly kind: 'ended' };

/**
 * etcd takes keep-alives on a stream only. A stream for each: nothing is left open that has to be followed, and one every
 * few seconds costs nothing.
 *
 * @throws EtcdError
 */
export function keepAliveOnce(connection: Connection, id: string, limits: CallLimits): Promise<LeaseState> {
  const { endpoint } = connection;
  return new Promise((resolve, reject) => {
    const stream = connection.stream(methods.leaseKeepAlive, limits);
    stream.once('data', ({ TTL }) => {
      const ttlSeconds = Number(TTL);
      resolve(ttlSeconds > 0 ? { kind: 'alive', ttlSeconds } : { kind: 'ended' });
      stream.cancel();
    });
    // After an answer this is the end of our own cancelling.
    stream.on('error', (error) => reject(faultOf(error as ServiceError, endpoint)));
    stream.once('end', () =>
      reject(new EtcdError('unavailable', 'the member ended the stream', { endpoint })),
    );
    stream.write({ ID: id });
  });
}
