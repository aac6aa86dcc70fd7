import fc from 'fast-check';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import { applyEvent } from '../use-cases/apply-event';
import { deregister } from '../use-cases/deregister';
import { endLapsedLeases } from '../use-cases/end-lapsed-leases';
import { heartbeat } from '../use-cases/heartbeat';
import { register } from '../use-cases/register';
import type { Entry } from './entry';
import type { InstanceEvent, ProbeOutcome } from './instance/instance-event';
import type { InstanceRecord } from './instance/instance-record';

const SERVICES = ['product', '__proto__'];
const TTLS = [0, 5, 30];

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

const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      service,
      url,
      id,
      status,
      weight: fc.constantFrom(1, 2),
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
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const statusOrNone = (given: 'up' | 'starting' | undefined) => (given === undefined ? {} : { status: given });

async function obey(open: OpenCatalog, c: Command): Promise<void> {
  if (c.do === 'wait') {
    await open.clock.advance(c.ms);
    await endLapsedLeases(open);
    return;
  }
  const reference = { service_name: c.service, url: c.url };
  const entry = open.catalog.entryAt(c.service, c.url);
  switch (c.do) {
    case 'register':
      await register(
        open,
        {
          ...reference,
          weight: c.weight,
          ttl_seconds: c.ttl,
          ...(c.id === undefined ? {} : { instance_id: c.id }),
          ...statusOrNone(c.status),
        },
        'spec',
      );
      return;
    case 'beat':
      await heartbeat(open, { ...reference, ...epochOf(entry, c.epoch), ...statusOrNone(c.status) }, 'spec');
      return;
    case 'leave':
      return deregister(open, { ...reference, ...epochOf(entry, c.epoch) }, 'spec');
    case 'event':
      if (entry !== undefined) await applyEvent(open, entry, c.event, 'spec');
      return;
  }
}

function epochOf(entry: Entry | undefined, which: 'none' | 'current' | 'older'): { epoch?: number } {
  const epoch = entry?.record.epoch ?? 1;
  if (which === 'none') return {};
  return { epoch: which === 'current' ? epoch : Math.max(1, epoch - 1) };
}

const everybody = (open: OpenCatalog): InstanceRecord[] =>
  SERVICES.flatMap((name) => open.catalog.service(name).records);

/** What must hold at any time. */
function expectSound(open: OpenCatalog): void {
  const { catalog } = open;
  const records = everybody(open);
  expect(catalog.instanceCount).toBe(records.length);
  expect(new Set(records.map(({ instanceId }) => instanceId)).size).toBe(records.length);
  const addresses = records.map(({ registration }) => `${registration.serviceName} ${registration.url}`);
  expect(new Set(addresses).size).toBe(records.length);
  for (const record of records) {
    const { serviceName, url: address } = record.registration;
    expect(catalog.entry(record.instanceId)?.record).toBe(record);
    expect(catalog.entryAt(serviceName, address)?.record).toBe(record);
    expect(record.epoch).toBeLessThanOrEqual(record.revision);
    expect(record.revision).toBeLessThanOrEqual(catalog.service(serviceName).revision);
  }
}

/** A watcher who has applied every change in turn knows what the catalog knows. */
function expectMirrored({ changes, catalog }: OpenCatalog): void {
  for (const name of SERVICES) {
    const mirror = new Map<string, InstanceRecord>();
    let revision = 0;
    for (const change of changes.filter(({ serviceName }) => serviceName === name)) {
      expect(change.prevRevision).toBe(revision);
      expect(change.revision).toBeGreaterThan(revision);
      revision = change.revision;
      for (const gone of change.remove) mirror.delete(gone);
      for (const record of change.put) mirror.set(record.instanceId, record);
    }
    expect(revision).toBe(catalog.service(name).revision);
    expect(new Set(mirror.values())).toEqual(new Set(catalog.service(name).records));
  }
}

const runs = (check: (open: OpenCatalog, c: Command) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
      const open = await openCatalog();
      for (const c of commands) await check(open, c);
      expectMirrored(open);
    }),
    { numRuns: 200 },
  );

describe('whatever happens, in whatever order', () => {
  it('there is one instance an address, revisions only rise, and changes add up to what is listed', () =>
    runs(async (open, c) => {
      const before = open.catalog.revision;
      await obey(open, c);
      expect(open.catalog.revision).toBeGreaterThanOrEqual(before);
      expectSound(open);
    }));

  it('nobody is evicted for a lapse before the lease has ended, or stays listed after it', () =>
    runs(async (open, c) => {
      const leases = new Map(
        everybody(open).map((record) => {
          const heardAt = open.catalog.heardAt(record);
          return [record.instanceId, heardAt + record.registration.ttlSeconds * 1000];
        }),
      );
      const seen = open.changes.length;
      await obey(open, c);
      const { epochMs } = open.clock.moment();
      for (const { notes } of open.changes.slice(seen))
        for (const { reason, instanceId } of notes)
          if (reason === 'lease_ended') expect(leases.get(instanceId)).toBeLessThanOrEqual(epochMs);
      if (c.do !== 'wait') return;
      for (const record of everybody(open)) {
        const entry = open.catalog.entry(record.instanceId);
        const { condition } = record.standing;
        const heldBack = entry?.contact.session !== 'never' || condition.status === 'suspect';
        const endsAt = open.catalog.heardAt(record) + record.registration.ttlSeconds * 1000;
        if (record.registration.ttlSeconds > 0 && !heldBack) expect(endsAt).toBeGreaterThan(epochMs);
      }
    }));

  it('the word of another life changes nothing', () =>
    runs(async (open, c) => {
      const { revision } = open.catalog;
      const before = everybody(open);
      const entry = 'url' in c ? open.catalog.entryAt(c.service, c.url) : undefined;
      await obey(open, c);
      const epochSent = 'epoch' in c ? epochOf(entry, c.epoch).epoch : undefined;
      if (entry === undefined || epochSent === undefined || epochSent === entry.record.epoch) return;
      expect(open.catalog.revision).toBe(revision);
      expect(everybody(open)).toEqual(before);
    }));

  it('a heartbeat that says nothing new raises no revision, unless it breaks a silence that was held against it', () =>
    runs(async (open, c) => {
      const { revision } = open.catalog;
      const entry = c.do === 'beat' ? open.catalog.entryAt(c.service, c.url) : undefined;
      const wasHeld = entry?.record.standing.condition.status === 'suspect';
      await obey(open, c);
      if (c.do === 'beat' && c.status !== 'up' && !wasHeld) expect(open.catalog.revision).toBe(revision);
    }));
});
