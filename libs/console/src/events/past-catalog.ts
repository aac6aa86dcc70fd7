import type { CatalogEvent, Instance } from '@rollcall/contracts';
import type { Catalog, Service } from '../state/catalog';
import { statusStep, type Outcome } from './status-step';

/** What is known of an instance around a moment, from its events. */
interface Around {
  /** What it had come to before. */
  before: Outcome | undefined;
  /** The first change after it. */
  after: CatalogEvent | undefined;
}

/**
 * The catalog as it was at a moment, told backwards from how it is now: events say who has come, gone and changed since. What
 * they do not tell (version, zone, metadata and paths of then) is as it is now, and not known of who has left.
 *
 * @param events all that happened after the moment, in any order; those from before it help
 */
export function catalogAt(now: Catalog, events: readonly CatalogEvent[], at: number): Catalog {
  const around = whatHappened(events, at);
  const services = new Map<string, Service>();
  for (const service of now.values()) {
    const instances = service.instances.flatMap((instance) => {
      const key = keyOf(instance);
      const status = statusAt(around.get(key)) ?? (around.get(key)?.after === undefined ? undefined : 'gone');
      if (status === 'gone') return [];
      if (status === undefined) return instance.registered_at * 1000 > at ? [] : [instance];
      const { reason: _now, ...rest } = instance;
      return [{ ...rest, status }];
    });
    if (instances.length > 0 || service.claims.length > 0)
      services.set(service.name, { ...service, instances });
  }
  for (const [key, known] of around) addWhoHasLeft(services, now, key, known);
  return services;
}

function whatHappened(events: readonly CatalogEvent[], at: number): ReadonlyMap<string, Around> {
  const around = new Map<string, Around>();
  const ordered = [...events].sort((one, other) => one.revision - other.revision || one.at - other.at);
  for (const event of ordered) {
    const step = statusStep(event);
    if (step === undefined) continue;
    const key = keyOf(event);
    const known = around.get(key) ?? { before: undefined, after: undefined };
    around.set(key, known);
    if (event.at <= at) known.before = step.after;
    else known.after ??= event;
  }
  return around;
}

/** `undefined`: no event after the moment says anything, or it was not there. */
function statusAt(known: Around | undefined): Instance['status'] | undefined {
  if (known?.after === undefined) return undefined;
  const step = statusStep(known.after);
  if (step?.before !== undefined) return step.before;
  if (known.before !== undefined && known.before !== 'gone') return known.before;
  // Whoever leaves was there; of what it was before its first change that is kept, nothing is known.
  return step?.after === 'gone' ? 'up' : undefined;
}

function addWhoHasLeft(services: Map<string, Service>, now: Catalog, key: string, known: Around): void {
  const status = statusAt(known);
  const { after } = known;
  if (status === undefined || after === undefined) return;
  const { service_name, instance_id, url } = after;
  if (now.get(service_name)?.instances.some((one) => keyOf(one) === key) === true) return;
  const service = services.get(service_name) ?? {
    name: service_name,
    revision: 0,
    instances: [],
    claims: [],
  };
  const gone: Instance = {
    instance_id,
    service_name,
    url,
    status,
    version: null,
    zone: null,
    tags: [],
    weight: 0,
    metadata: {},
    routes: [],
    ttl_seconds: 0,
    health_path: '',
    registered_at: 0,
    last_heartbeat: 0,
    epoch: 0,
    revision: 0,
  };
  services.set(service_name, { ...service, instances: [...service.instances, gone] });
}

function keyOf({ service_name, instance_id }: Pick<Instance, 'service_name' | 'instance_id'>): string {
  return `${service_name}/${instance_id}`;
}
