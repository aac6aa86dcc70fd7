import type { Instance, RefusedRoute } from '@rollcall/contracts';
import { pathKeyOf, pathName } from '../routes/path-claim';
import type { Registration } from './registration';
import { reasonOf, statusOf, type Standing } from './standing';
import { epochSeconds } from '../moment';

/** The committed facts of one incarnation of one registration. Immutable: a change replaces it whole. */
export interface InstanceRecord {
  readonly instanceId: string;
  readonly registration: Registration;
  /** Those of its routes that its service was not given; absent when there are none. */
  readonly refusedRoutes?: readonly RefusedRoute[];
  readonly standing: Standing;
  /** Epoch milliseconds. */
  readonly registeredAt: number;
  /** The revision at which this incarnation began. */
  readonly epoch: number;
  /** The revision at which this record was last changed. */
  readonly revision: number;
}

/** What goes over the wire of a record and never changes: all but the last heartbeat. */
export type InstanceDescription = Omit<Instance, 'last_heartbeat'>;

export function describeInstance(record: InstanceRecord): InstanceDescription {
  const { registration, standing } = record;
  const reason = reasonOf(standing);
  return {
    instance_id: record.instanceId,
    service_name: registration.serviceName,
    url: registration.url,
    status: statusOf(standing),
    version: registration.version,
    zone: registration.zone,
    tags: registration.tags,
    weight: registration.weight,
    metadata: registration.metadata,
    routes: grantedRoutes(record),
    ...(record.refusedRoutes === undefined ? {} : { refused_routes: record.refusedRoutes }),
    ttl_seconds: registration.ttlSeconds,
    health_path: registration.healthPath,
    ...(registration.protocol === undefined ? {} : { protocol: registration.protocol }),
    registered_at: epochSeconds(record.registeredAt),
    epoch: record.epoch,
    revision: record.revision,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The record as it goes over the wire. `heardAt`: the last heartbeat, epoch milliseconds. */
export function toInstance(record: InstanceRecord, heardAt: number): Instance {
  return { ...describeInstance(record), last_heartbeat: epochSeconds(heardAt) };
}

/** The routes of an instance that its service was given. */
export function grantedRoutes({
  registration,
  refusedRoutes,
}: Pick<InstanceRecord, 'registration' | 'refusedRoutes'>): InstanceRecord['registration']['routes'] {
  if (refusedRoutes === undefined) return registration.routes;
  const refused = new Set(refusedRoutes.map((route) => pathName(pathKeyOf(route))));
  return registration.routes.filter((route) => !refused.has(pathName(pathKeyOf(route))));
}
