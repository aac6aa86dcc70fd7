import fc from 'fast-check';
import type { Entry } from '../../src/catalog/entry';
import type { InstanceEvent, ProbeOutcome } from '../../src/catalog/instance/instance-event';
import { resolveReference } from '../../src/catalog/reference';
import { applyEvent } from '../../src/use-cases/apply-event';
import { endLapsedLeases } from '../../src/use-cases/end-lapsed-leases';
import { heartbeat } from '../../src/use-cases/heartbeat';
import { register } from '../../src/use-cases/register';
import type { OpenCatalog } from './open-catalog';

/** Names of the services that commands are about. */
export const SERVICES = ['product', '__proto__'];
const TTLS = [0, 5, 30];
const ANY_PATH = { kind: 'any' } as const;

const service = fc.constantFrom(...SERVICES);
const url = fc.constantFrom('http://a', 'http://b', 'http://c');
const id = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined });
const status = fc.constantFrom('up' as const, 'starting' as const, undefined);
const whichEpoch = fc.constantFrom('none' as const, 'current' as const, 'older' as const);
const probe: fc.Arbitrary<ProbeOutcome> = fc.constantFrom(
  'answered',
  'anonymous',
  'somebody_else',
  'refused',
  'timed_out',
  'unreachable',
  'silent',
  'unverified',
);
const event: fc.Arbitrary<InstanceEvent> = fc.oneof(
  fc.constantFrom<InstanceEvent>(
    { type: 'drain' },
    { type: 'session_opened' },
    { type: 'session_lost' },
    { type: 'held', why: 'so that it is tried' },
    { type: 'released' },
    { type: 'overridden', override: { status: 'out_of_service', reason: 'maintenance' } },
    { type: 'override_removed' },
  ),
  probe.map((outcome): InstanceEvent => ({ type: 'probed', outcome })),
);

/** Anything that a caller, an operator, a probe, a session or the guard can bring about, and time that passes. */
export const catalogCommand = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      service,
      url,
      id,
      status,
      weight: fc.constantFrom(1, 2),
      routes: fc.subarray(['/x', '/x/y', '/z']),
      ttl: fc.constantFrom(...TTLS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('beat' as const), service, url, status, epoch: whichEpoch }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), service, url, epoch: whichEpoch }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('event' as const), service, url, event }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 12_000 }) }),
  },
);
export type CatalogCommand = typeof catalogCommand extends fc.Arbitrary<infer C> ? C : never;

const statusOrNone = (given: 'up' | 'starting' | undefined) => (given === undefined ? {} : { status: given });

/** Does it, and all that follows from it at once. */
export async function obey(open: OpenCatalog, c: CatalogCommand): Promise<void> {
  if (c.do === 'wait') {
    await open.clock.advance(c.ms);
    await endLapsedLeases(open);
    return;
  }
  const reference = { service_name: c.service, url: c.url };
  const entry = open.catalog.entryAt(c.service, c.url);
  const named =
    'epoch' in c
      ? resolveReference(open.catalog, { ...reference, ...epochOf(entry, c.epoch) }, () => true)
      : undefined;
  switch (c.do) {
    case 'register':
      await register(
        open,
        {
          ...reference,
          weight: c.weight,
          routes: c.routes.map((path_prefix) => ({ path_prefix })),
          ttl_seconds: c.ttl,
          ...(c.id === undefined ? {} : { instance_id: c.id }),
          ...statusOrNone(c.status),
        },
        'spec',
        ANY_PATH,
      );
      return;
    case 'beat':
      if (named?.kind === 'found') await heartbeat(open, named.entry, c.status, 'spec', () => ANY_PATH);
      return;
    case 'leave':
      if (named?.kind === 'found') await applyEvent(open, named.entry, { type: 'deregistered' }, 'spec');
      return;
    case 'event':
      if (entry !== undefined) await applyEvent(open, entry, c.event, 'spec');
      return;
  }
}

/** The epoch that a command sends of the instance that stands there, if it sends one. */
export function epochOf(entry: Entry | undefined, which: 'none' | 'current' | 'older'): { epoch?: number } {
  const epoch = entry?.record.epoch ?? 1;
  if (which === 'none') return {};
  return { epoch: which === 'current' ? epoch : Math.max(1, epoch - 1) };
}
