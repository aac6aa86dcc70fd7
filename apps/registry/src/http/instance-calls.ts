import type {
  DeregisterRequest,
  HeartbeatRequest,
  Instance,
  InstanceReference,
  RegisterRequest,
  RegisterResponse,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { NeededScope } from '../access/scope';
import { writeScopeOf } from '../access/write-scope';
import { resolveReference } from '../catalog/decisions/reference';
import {
  addressForbidden,
  catalogFull,
  epochMismatch,
  instanceIdTaken,
  instanceNotFound,
  unreachable,
} from '../errors';
import { admit, type AdmitDeps } from '../use-cases/admit';
import { deregister } from '../use-cases/deregister';
import { heartbeat, type HeartbeatDeps } from '../use-cases/heartbeat';
import { register, type RegisterDeps } from '../use-cases/register';
import { refusalWarning } from '../use-cases/warnings-of';
import type { Caller } from './caller';

/** What instances say of themselves. Valid requests in, replies out, and no framework on the way. */
export interface InstanceCalls {
  register(request: RegisterRequest, caller: Caller): Promise<Reply>;
  heartbeat(request: HeartbeatRequest, caller: Caller): Promise<Reply>;
  deregister(request: DeregisterRequest, caller: Caller): Promise<Reply>;
}

export type InstanceCallsDeps = RegisterDeps & HeartbeatDeps & AdmitDeps;

export function createInstanceCalls(deps: InstanceCallsDeps): InstanceCalls {
  const writing = (reference: InstanceReference): NeededScope =>
    'service_name' in reference
      ? `write:${reference.service_name}`
      : writeScopeOf(resolveReference(deps.catalog, reference));

  function adopt(instanceId: string, caller: Caller): void {
    const serviceName = deps.catalog.entry(instanceId)?.record.registration.serviceName;
    if (serviceName !== undefined && deps.holdings.isUnowned(instanceId))
      deps.holdings.own(instanceId, serviceName, caller.holder());
  }

  return {
    async register(request, caller) {
      const by = caller.require(`write:${request.service_name}`);
      const admission = await admit(deps, request);
      if (admission.kind === 'forbidden') throw addressForbidden(admission.why);
      if (admission.kind === 'unreachable') throw unreachable(admission.why);
      const rights = caller.routeRights(request.service_name);
      const result = await register(deps, request, by, rights, caller.holder());
      switch (result.kind) {
        case 'listed':
          return { status: 201, body: answerTo(result.instance) };
        case 'stands':
          return { status: 200, body: answerTo(result.instance) };
        case 'id_taken':
          throw instanceIdTaken(result.instanceId, result.by);
        case 'full':
          throw catalogFull(result, deps.usualLease.heartbeatIntervalSeconds);
      }
    },
    async heartbeat(request, caller) {
      const by = caller.require(writing(request));
      const result = await heartbeat(deps, request, by, (serviceName) => caller.routeRights(serviceName));
      switch (result.kind) {
        case 'alive':
          // Only after a restart: whose it is has not been written down.
          if (deps.holdings.hasUnowned) adopt(result.response.instance_id, caller);
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

function answerTo(instance: Instance): RegisterResponse {
  const warnings = (instance.refused_routes ?? []).map(refusalWarning);
  return warnings.length === 0 ? instance : { ...instance, warnings };
}
