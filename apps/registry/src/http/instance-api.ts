import {
  deregisterRequestSchema,
  heartbeatRequestSchema,
  recogniseHeartbeat,
  registerRequestSchema,
  type Instance,
  type RegisterResponse,
} from '@rollcall/contracts';
import type { AppError, Reply } from '@rollcall/service-kit';
import type { Entry } from '../catalog/entry';
import { addressForbidden, addressTaken, instanceIdTaken, instanceNotFound, unreachable } from '../errors';
import { catalogFull } from '../limit-errors';
import { admit, type AdmitDeps } from '../use-cases/admit';
import { applyEvent } from '../use-cases/apply-event';
import { contest, type Contest, type ContestDeps } from '../use-cases/contest';
import { heartbeat, type HeartbeatDeps } from '../use-cases/heartbeat';
import { register, type RegisterDeps } from '../use-cases/register';
import { refusalWarning } from '../use-cases/warnings-of';
import type { Call, CallDefinition } from './call-route';
import type { Caller } from './caller';
import { confirmedTarget, listedEntry, listedTarget } from './instance-target';
import { entryAttributes, spanAttributes } from './span-attributes';

export interface InstanceApiOptions extends RegisterDeps, HeartbeatDeps, AdmitDeps, ContestDeps {
  /** To be told of every incarnation that was registered here. */
  readonly registered: (instance: Instance) => void;
}

/** The calls that instances make about themselves: register, heartbeat and deregister. */
export function instanceApi(options: InstanceApiOptions): readonly CallDefinition[] {
  const { holdings, usualLease } = options;
  return [
    { method: 'POST', path: '/register', needs: 'write', traced: true, answer: answerRegister },
    { method: 'POST', path: '/heartbeat', needs: 'write', answer: answerHeartbeat },
    { method: 'POST', path: '/deregister', needs: 'write', traced: true, answer: answerDeregister },
  ];

  async function answerRegister({ body, caller, span }: Call): Promise<Reply> {
    const request = await body(registerRequestSchema);
    const by = caller.require(`write:${request.service_name}`);
    const admission = await admit(options, request);
    if (admission.kind === 'forbidden') throw addressForbidden(admission.why);
    if (admission.kind === 'unreachable') throw unreachable(admission.why);
    const contested = await contest(options, request);
    if (contested.kind !== 'uncontested') throw takenBy(contested);
    const rights = caller.routeRights(request.service_name);
    const result = await register(options, request, by, rights, caller.holder());
    if (result.kind !== 'full') span?.set(spanAttributes(result.instance));
    switch (result.kind) {
      case 'listed':
        options.registered(result.instance);
        return { status: 201, body: answerTo(result.instance) };
      case 'stands':
        return { status: 200, body: answerTo(result.instance) };
      case 'full':
        throw catalogFull(result, usualLease.heartbeatIntervalSeconds);
    }
  }

  async function answerHeartbeat({ body, caller }: Call): Promise<Reply> {
    const request = await body(heartbeatRequestSchema, recogniseHeartbeat);
    const { resolved, actor } =
      listedTarget(options, request, caller) ?? (await confirmedTarget(options, request, caller));
    const entry = listedEntry(resolved);
    const response = await heartbeat(options, entry, request.status, actor, (serviceName) =>
      caller.routeRights(serviceName),
    );
    if (response === undefined) throw instanceNotFound();
    // Only after a restart: holders are not in the journal.
    if (holdings.hasUnowned) adopt(entry, caller);
    return { status: 200, body: response };
  }

  async function answerDeregister({ body, caller, span }: Call): Promise<Reply> {
    const request = await body(deregisterRequestSchema);
    const { resolved, actor } =
      listedTarget(options, request, caller) ?? (await confirmedTarget(options, request, caller));
    if (resolved.kind === 'found') span?.set(entryAttributes(resolved.entry));
    // An instance that has gone already, or a stale request, is no fault: there is nothing left to do.
    if (resolved.kind === 'found') await applyEvent(options, resolved.entry, { type: 'deregistered' }, actor);
    return { status: 204 };
  }

  function adopt({ record }: Entry, caller: Caller): void {
    const { instanceId, registration } = record;
    if (holdings.isUnowned(instanceId, registration.serviceName))
      holdings.own(instanceId, registration.serviceName, caller.holder());
  }

  function takenBy({ kind, holder }: Exclude<Contest, { kind: 'uncontested' }>): AppError {
    const { instanceId, registration } = holder.record;
    const held = {
      instanceId,
      url: registration.url,
      retryAfterSeconds: usualLease.heartbeatIntervalSeconds,
    };
    return kind === 'address_taken' ? addressTaken(held) : instanceIdTaken(held);
  }
}

function answerTo(instance: Instance): RegisterResponse {
  const warnings = (instance.refused_routes ?? []).map(refusalWarning);
  return warnings.length === 0 ? instance : { ...instance, warnings };
}
