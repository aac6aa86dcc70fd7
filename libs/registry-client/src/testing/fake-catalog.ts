import { randomUUID } from 'node:crypto';
import {
  REGISTRY_ERROR,
  type DeregisterRequest,
  type HeartbeatRequest,
  type Instance,
  type InstanceReference,
  type RegisterRequest,
  type RouteClaim,
  type WatchDelta,
} from '@rollcall/contracts';
import type { FakeProblem } from './fake-answer';
import { createFakeClaims } from './fake-claims';
import { isSameRegistration, nowSeconds, recordOf } from './fake-record';

/** The registry's state as its callers see it: identities, epochs, revisions. Leases never end by themselves here. */
export interface FakeCatalog {
  readonly id: string;
  readonly revision: number;
  readonly changes: readonly WatchDelta[];
  serviceRevision(serviceName: string): number;
  /** Those that have an instance, or hold a path. */
  serviceNames(): readonly string[];
  claimsOf(serviceName: string): readonly RouteClaim[];
  instancesOf(serviceName: string): readonly Instance[];
  instances(): readonly Instance[];
  /** The incarnation of that epoch; without an epoch, the one that is listed. */
  incarnationOf(instanceId: string, epoch: number | undefined): Instance | FakeProblem;
  register(
    request: RegisterRequest,
  ): { readonly created: boolean; readonly instance: Instance } | FakeProblem;
  heartbeat(request: HeartbeatRequest): Instance | FakeProblem;
  deregister(request: DeregisterRequest): void;
  evict(instanceId: string): boolean;
  update(instanceId: string, change: Partial<Pick<Instance, 'status' | 'reason' | 'weight'>>): boolean;
  onChange(listener: (delta: WatchDelta) => void): void;
}

export function createFakeCatalog(defaults: { readonly ttlSeconds: number }): FakeCatalog {
  const id = randomUUID();
  const listed = new Map<string, Instance>();
  const serviceRevisions = new Map<string, number>();
  const claims = createFakeClaims();
  const changes: WatchDelta[] = [];
  const listeners = new Set<(delta: WatchDelta) => void>();
  let revision = 0;

  function commit(serviceName: string, upserted: readonly Instance[], removed: readonly string[]): void {
    for (const gone of removed) listed.delete(keyOf(serviceName, gone));
    for (const instance of upserted) listed.set(keyOf(serviceName, instance.instance_id), instance);
    const claimsNow = claims.settle(serviceName, instancesOf(serviceName));
    const delta: WatchDelta = {
      service_name: serviceName,
      prev_revision: serviceRevisions.get(serviceName) ?? 0,
      revision,
      upserted,
      removed,
      ...(claimsNow && { claims: claimsNow }),
      ...(upserted.some(({ status }) => status === 'draining') ? { ack: true } : {}),
    };
    serviceRevisions.set(serviceName, revision);
    changes.push(delta);
    for (const listener of listeners) listener(delta);
  }

  function instancesOf(serviceName: string): readonly Instance[] {
    return [...listed.values()].filter((instance) => instance.service_name === serviceName);
  }

  /** The incarnation of that epoch, where it is listed; else the first instance with the id. */
  function named(instanceId: string, epoch?: number): Instance | undefined {
    const namesakes = [...listed.values()].filter((instance) => instance.instance_id === instanceId);
    return namesakes.find((instance) => instance.epoch === epoch) ?? namesakes[0];
  }

  function find(reference: InstanceReference): Instance | undefined {
    const { service_name: serviceName, url, epoch } = reference;
    if ('instance_id' in reference)
      return serviceName === undefined
        ? named(reference.instance_id, epoch)
        : listed.get(keyOf(serviceName, reference.instance_id));
    return [...listed.values()].find(
      (instance) => instance.service_name === serviceName && instance.url === url,
    );
  }

  function remove(instance: Instance): void {
    revision += 1;
    commit(instance.service_name, [], [instance.instance_id]);
  }

  return {
    id,
    get revision() {
      return revision;
    },
    changes,
    serviceRevision: (serviceName) => serviceRevisions.get(serviceName) ?? 0,
    serviceNames: () => [
      ...new Set([
        ...Array.from(listed.values(), (instance) => instance.service_name),
        ...claims.serviceNames(),
      ]),
    ],
    claimsOf: (serviceName) => claims.of(serviceName),
    instancesOf,
    instances: () => [...listed.values()],

    register(request) {
      const atAddress = find({ service_name: request.service_name, url: request.url });
      const instanceId = request.instance_id ?? atAddress?.instance_id ?? randomUUID();
      const sameId = listed.get(keyOf(request.service_name, instanceId));
      const instance = {
        ...recordOf(request, instanceId, defaults.ttlSeconds),
        ...claims.claim(request.service_name, request.routes ?? []),
      };
      if (sameId !== undefined && isSameRegistration(sameId, instance))
        return { created: false, instance: sameId };

      revision += 1;
      const entered = { ...instance, epoch: revision, revision };
      const superseded = atAddress === undefined || atAddress.instance_id === instanceId ? [] : [atAddress];
      commit(
        request.service_name,
        [entered],
        superseded.map((old) => old.instance_id),
      );
      return { created: true, instance: entered };
    },

    incarnationOf: (instanceId, epoch) => ofEpoch(named(instanceId, epoch), epoch),

    heartbeat(request) {
      const instance = ofEpoch(find(request), request.epoch);
      if ('code' in instance) return instance;
      const beaten = { ...instance, last_heartbeat: nowSeconds() };
      listed.set(keyOf(instance.service_name, instance.instance_id), beaten);
      return beaten;
    },

    deregister(request) {
      const instance = find(request);
      if (instance === undefined || (request.epoch ?? instance.epoch) < instance.epoch) return;
      remove(instance);
    },

    evict(instanceId) {
      const instance = named(instanceId);
      if (instance !== undefined) remove(instance);
      return instance !== undefined;
    },

    update(instanceId, change) {
      const instance = named(instanceId);
      if (instance === undefined) return false;
      revision += 1;
      commit(instance.service_name, [{ ...instance, ...change, revision }], []);
      return true;
    },

    onChange(listener) {
      listeners.add(listener);
    },
  };
}

/** An id is unique within its service. */
function keyOf(serviceName: string, instanceId: string): string {
  return `${serviceName}/${instanceId}`;
}

function ofEpoch(instance: Instance | undefined, epoch: number | undefined): Instance | FakeProblem {
  if (instance === undefined)
    return {
      status: 404,
      code: REGISTRY_ERROR.instanceNotFound,
      detail: 'the instance is not listed: register it again',
    };
  if (epoch !== undefined && epoch !== instance.epoch)
    return {
      status: 409,
      code: REGISTRY_ERROR.epochMismatch,
      detail: 'stale request: the instance is listed with another epoch',
    };
  return instance;
}
