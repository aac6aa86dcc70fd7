import type { DeregisterRequest, HeartbeatRequest, RegisterRequest } from '@rollcall/contracts';
import { catalogFull, epochMismatch, instanceIdTaken, instanceNotFound } from '../errors';
import { deregister } from '../use-cases/deregister';
import { heartbeat } from '../use-cases/heartbeat';
import { register, type RegisterDeps } from '../use-cases/register';
import type { Reply } from './reply';

/** What instances say of themselves. Valid requests in, replies out, and no framework on the way. */
export interface InstanceCalls {
  register(request: RegisterRequest): Promise<Reply>;
  heartbeat(request: HeartbeatRequest): Promise<Reply>;
  deregister(request: DeregisterRequest): Promise<Reply>;
}

export function createInstanceCalls(deps: RegisterDeps): InstanceCalls {
  return {
    async register(request) {
      const result = await register(deps, request);
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
    async heartbeat(request) {
      const result = await heartbeat(deps, request);
      switch (result.kind) {
        case 'alive':
          return { status: 200, body: result.response };
        case 'unknown':
          throw instanceNotFound();
        case 'other_life':
          throw epochMismatch(result.epoch);
      }
    },
    async deregister(request) {
      await deregister(deps, request);
      return { status: 204 };
    },
  };
}
