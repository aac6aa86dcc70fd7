import type {
  DeregisterRequest,
  HeartbeatRequest,
  InstanceReference,
  RegisterRequest,
} from '@rollcall/contracts';
import type { NeededScope } from '../access/scope';
import { writeScopeOf } from '../access/write-scope';
import { resolveReference } from '../catalog/decisions/reference';
import { catalogFull, epochMismatch, instanceIdTaken, instanceNotFound } from '../errors';
import { deregister } from '../use-cases/deregister';
import { heartbeat } from '../use-cases/heartbeat';
import { register, type RegisterDeps } from '../use-cases/register';
import type { Caller } from './caller';
import type { Reply } from './reply';

/** What instances say of themselves. Valid requests in, replies out, and no framework on the way. */
export interface InstanceCalls {
  register(request: RegisterRequest, caller: Caller): Promise<Reply>;
  heartbeat(request: HeartbeatRequest, caller: Caller): Promise<Reply>;
  deregister(request: DeregisterRequest, caller: Caller): Promise<Reply>;
}

export function createInstanceCalls(deps: RegisterDeps): InstanceCalls {
  const writing = (reference: InstanceReference): NeededScope =>
    'service_name' in reference
      ? `write:${reference.service_name}`
      : writeScopeOf(resolveReference(deps.catalog, reference));

  return {
    async register(request, caller) {
      const result = await register(deps, request, caller.require(`write:${request.service_name}`));
      switch (result.kind) {
        case 'listed':
          return { status: 201, body: result.instance };
        case 'stands':
          return { status: 200, body: result.instance };
        case 'id_taken':
          throw instanceIdTaken(result.instanceId, result.by);
        case 'full':
          throw catalogFull(result.of, result.bound, deps.usualLease.heartbeatIntervalSeconds);
      }
    },
    async heartbeat(request, caller) {
      const result = await heartbeat(deps, request, caller.require(writing(request)));
      switch (result.kind) {
        case 'alive':
          return { status: 200, body: result.response };
        case 'unknown':
          throw instanceNotFound();
        case 'other_life':
          throw epochMismatch(result.epoch);
      }
    },
    async deregister(request, caller) {
      await deregister(deps, request, caller.require(writing(request)));
      return { status: 204 };
    },
  };
}
