import type {
  DeregisterRequest,
  HeartbeatRequest,
  Instance,
  InstanceReference,
  RegisterRequest,
  RegisterResponse,
} from '@rollcall/contracts';
import type { AppError, Reply } from '@rollcall/service-kit';
import type { NeededScope } from '../access/scope';
import { writeScopeOf } from '../access/write-scope';
import { resolveReference } from '../catalog/decisions/reference';
import {
  addressForbidden,
  addressTaken,
  catalogFull,
  epochMismatch,
  instanceIdTaken,
  instanceNotFound,
  unreachable,
} from '../errors';
import { admit, type AdmitDeps } from '../use-cases/admit';
import { contest, type Contest, type ContestDeps } from '../use-cases/contest';
import { deregister } from '../use-cases/deregister';
import { heartbeat, type HeartbeatDeps } from '../use-cases/heartbeat';
import { register, type RegisterDeps } from '../use-cases/register';
import { refusalWarning } from '../use-cases/warnings-of';
import type { Caller } from './caller';
import { namedInstance } from './named-instance';

/** What instances say of themselves. Valid requests in, replies out, and no framework on the way. */
export interface InstanceCalls {
  register(request: RegisterRequest, caller: Caller): Promise<Reply>;
  heartbeat(request: HeartbeatRequest, caller: Caller): Promise<Reply>;
  deregister(request: DeregisterRequest, caller: Caller): Promise<Reply>;
}

export type InstanceCallsDeps = RegisterDeps & HeartbeatDeps & AdmitDeps & ContestDeps;

export function createInstanceCalls(deps: InstanceCallsDeps): InstanceCalls {
  const writing = (reference: InstanceReference): NeededScope =>
    'service_name' in reference && reference.service_name !== undefined
      ? `write:${reference.service_name}`
      : writeScopeOf(resolveReference(deps.catalog, reference));

  function adopt(reference: InstanceReference, caller: Caller): void {
    const resolved = resolveReference(deps.catalog, reference);
    if (resolved.kind === 'unknown') return;
    const { instanceId, registration } = resolved.entry.record;
    const { serviceName } = registration;
    if (deps.holdings.isUnowned(instanceId, serviceName))
      deps.holdings.own(instanceId, serviceName, caller.holder());
  }

  function takenBy({ kind, holder }: Exclude<Contest, { kind: 'uncontested' }>): AppError {
    const { instanceId, registration } = holder.record;
    const { heartbeatIntervalSeconds: retryAfterSeconds } = deps.usualLease;
    const held = { instanceId, url: registration.url, retryAfterSeconds };
    return kind === 'address_taken' ? addressTaken(held) : instanceIdTaken(held);
  }

  return {
    async register(request, caller) {
      const by = caller.require(`write:${request.service_name}`);
      const admission = await admit(deps, request);
      if (admission.kind === 'forbidden') throw addressForbidden(admission.why);
      if (admission.kind === 'unreachable') throw unreachable(admission.why);
      const contested = await contest(deps, request);
      if (contested.kind !== 'uncontested') throw takenBy(contested);
      const rights = caller.routeRights(request.service_name);
      const result = await register(deps, request, by, rights, caller.holder());
      switch (result.kind) {
        case 'listed':
          return { status: 201, body: answerTo(result.instance) };
        case 'stands':
          return { status: 200, body: answerTo(result.instance) };
        case 'full':
          throw catalogFull(result, deps.usualLease.heartbeatIntervalSeconds);
      }
    },
    async heartbeat(sent, caller) {
      const request = namedInstance(deps.catalog, sent, caller);
      const by = caller.require(writing(request));
      const result = await heartbeat(deps, request, by, (serviceName) => caller.routeRights(serviceName));
      switch (result.kind) {
        case 'alive':
          // Only after a restart: whose it is has not been written down.
          if (deps.holdings.hasUnowned) adopt(request, caller);
          return { status: 200, body: result.response };
        case 'unknown':
          throw instanceNotFound();
        case 'other_life':
          throw epochMismatch(result.epoch);
      }
    },
    async deregister(sent, caller) {
      const request = namedInstance(deps.catalog, sent, caller);
      await deregister(deps, request, caller.require(writing(request)));
      return { status: 204 };
    },
  };
}

function answerTo(instance: Instance): RegisterResponse {
  const warnings = (instance.refused_routes ?? []).map(refusalWarning);
  return warnings.length === 0 ? instance : { ...instance, warnings };
}
