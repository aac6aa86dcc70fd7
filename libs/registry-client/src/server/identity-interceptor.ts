import type { Registrar } from '../registrar/registrar';
import { INSTANCE_HEADER } from './health-paths';

/** What is needed of grpc-js's `Metadata`. */
export interface GrpcMetadata {
  set(name: string, value: string): void;
}

/** What is needed of the module `@grpc/grpc-js`, which this library does not load by itself. */
export interface GrpcServerModule<Call, Wrapped, Metadata, Status> {
  readonly Metadata: new () => Metadata;
  readonly ServerInterceptingCall: new (
    call: Call,
    responder?: {
      sendMetadata: (metadata: Metadata, next: (metadata: Metadata) => void) => void;
      sendStatus: (status: Status, next: (status: Status) => void) => void;
    },
  ) => Wrapped;
}

const HEALTH_SERVICE = '/grpc.health.v1.Health/';

/**
 * A server interceptor of grpc-js: answers of the health service name the instance that gave them, which is what probes
 * look for where the registration says `health_path: '/grpc.health.v1.Health/Check'`. Other calls pass as they are.
 *
 *     new grpc.Server({ interceptors: [createIdentityInterceptor(grpc, () => registrar.identity())] })
 */
export function createIdentityInterceptor<
  Call,
  Wrapped,
  Metadata extends GrpcMetadata,
  Status extends { readonly metadata?: Metadata | null },
>(
  grpc: GrpcServerModule<Call, Wrapped, Metadata, Status>,
  identity: Registrar['identity'],
): (method: { readonly path: string }, call: Call) => Wrapped {
  return ({ path }, call) => {
    if (!path.startsWith(HEALTH_SERVICE)) return new grpc.ServerInterceptingCall(call);
    let begun = false;
    return new grpc.ServerInterceptingCall(call, {
      sendMetadata(metadata, next) {
        begun = true;
        next(named(metadata));
      },
      // An error without messages has no other head.
      sendStatus(status, next) {
        next(begun ? status : { ...status, metadata: named(status.metadata ?? new grpc.Metadata()) });
      },
    });
  };

  function named(metadata: Metadata): Metadata {
    const me = identity();
    if (me !== undefined) metadata.set(INSTANCE_HEADER, `${me.instance_id}/${me.epoch}`);
    return metadata;
  }
}
