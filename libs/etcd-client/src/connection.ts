import { Client, Metadata, credentials, type ClientDuplexStream, type ClientUnaryCall } from '@grpc/grpc-js';
import { EtcdError, faultOf } from './etcd-fault';
import type { Method } from './protocol';

/** PEM contents for a secure connection. Without `ca` the authorities that Node brings are trusted. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  /** The client's own certificate and key, for members that ask for one. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface CallLimits {
  readonly deadlineMs: number;
  readonly token: string | undefined;
  /**
   * Large answers go over a second connection: etcd before 3.5.10 lets a large answer starve the watches of its
   * connection (etcd issue 15402).
   */
  readonly large?: boolean;
}

/** A connection to one member, opened with the first call. */
export interface Connection {
  readonly endpoint: string;
  /** @throws EtcdError */
  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    limits: CallLimits,
  ): Promise<Response>;
  /** Whoever opens it listens for `error`. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    limits: { readonly deadlineMs?: number; readonly token: string | undefined },
  ): ClientDuplexStream<Request, Response>;
  /** Ends what is in flight, too. */
  close(): void;
}

/** @param tls `undefined` for plain text */
export function openConnection(endpoint: string, tls: TlsMaterial | undefined): Connection {
  const inFlight = new Set<Pick<ClientUnaryCall, 'cancel'>>();
  let isClosed = false;
  const open = (): Client =>
    new Client(`dns:${endpoint}`, channelCredentials(endpoint, tls), CHANNEL_OPTIONS);
  const client = open();
  let clientForLarge: Client | undefined;

  return {
    endpoint,
    call(method, request, { deadlineMs, token, large = false }) {
      const via = large ? (clientForLarge ??= open()) : client;
      return new Promise((resolve, reject) => {
        const call = via.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadataOf(token),
          { deadline: Date.now() + deadlineMs },
          (error, response) => {
            inFlight.delete(call);
            if (error !== null && isClosed)
              reject(new EtcdError('unavailable', 'the connection was given up', { endpoint, cause: error }));
            else if (error !== null) reject(faultOf(error, endpoint));
            else if (response === undefined) reject(new EtcdError('unexpected', 'no answer', { endpoint }));
            else resolve(response);
          },
        );
        inFlight.add(call);
      });
    },
    stream(method, { deadlineMs, token }) {
      const metadata = metadataOf(token);
      // etcd ends a stream whose member has lost its leader, instead of leaving it silent.
      metadata.set('hasleader', 'true');
      const stream = client.makeBidiStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        metadata,
        deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
      );
      inFlight.add(stream);
      // A stream that is canceled never says `close`; each says `status` once it has ended.
      stream.once('status', () => inFlight.delete(stream));
      return stream;
    },
    close() {
      isClosed = true;
      for (const call of inFlight) call.cancel();
      client.close();
      clientForLarge?.close();
    },
  };
}

const CHANNEL_OPTIONS = {
  // A dead connection is noticed after 8 s at most. etcd ends those that ping more often than every 5 s.
  'grpc.keepalive_time_ms': 6000,
  'grpc.keepalive_timeout_ms': 2000,
  // etcd ends connections that are pinged while no call is under way; a watch is one.
  'grpc.keepalive_permit_without_calls': 0,
  // The default of 4 MiB is less than a list of 10,000 records.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  // Which calls may be repeated, and where, is decided in one place: caller.ts.
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // A member is asked directly: no proxy of the environment, no DNS TXT records, no connection shared with a channel
  // that was given up or has an older certificate.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
};

function channelCredentials(
  endpoint: string,
  tls: TlsMaterial | undefined,
): ReturnType<typeof credentials.createInsecure> {
  if (tls === undefined) return credentials.createInsecure();
  try {
    return credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new EtcdError('certificate', `CA, certificate or key cannot be used: ${seen}`, {
      endpoint,
      cause,
      mayHaveHappened: false,
    });
  }
}

function metadataOf(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('token', token);
  return metadata;
}
