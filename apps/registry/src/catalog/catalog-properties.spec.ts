import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  catalogCommand,
  epochOf,
  obey,
  SERVICES,
  type CatalogCommand,
} from '../../test/samples/catalog-command';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import { everybody, expectSound } from '../../test/samples/sound-catalog';
import type { InstanceRecord } from './instance/instance-record';

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

/** An id is unique within a service. */
const keyOf = (serviceName: string, instanceId: string): string => `${serviceName}/${instanceId}`;

const runs = (check: (open: OpenCatalog, c: CatalogCommand) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(catalogCommand, { minLength: 1, maxLength: 40 }), async (commands) => {
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
          return [
            keyOf(record.registration.serviceName, record.instanceId),
            heardAt + record.registration.ttlSeconds * 1000,
          ];
        }),
      );
      const seen = open.changes.length;
      await obey(open, c);
      const { epochMs } = open.clock.moment();
      for (const { notes, serviceName } of open.changes.slice(seen))
        for (const { reason, instanceId } of notes)
          if (reason === 'lease_ended')
            expect(leases.get(keyOf(serviceName, instanceId))).toBeLessThanOrEqual(epochMs);
      if (c.do !== 'wait') return;
      for (const record of everybody(open)) {
        const entry = open.catalog.entry(record.registration.serviceName, record.instanceId);
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

  it('a heartbeat that says nothing new raises no revision, unless it breaks a silence that was held against it or its refused routes are decided otherwise', () =>
    runs(async (open, c) => {
      const { revision } = open.catalog;
      const entry = c.do === 'beat' ? open.catalog.entryAt(c.service, c.url) : undefined;
      const { standing, refusedRoutes } = entry?.record ?? {};
      const wasHeld = standing?.condition.status === 'suspect';
      await obey(open, c);
      if (c.do !== 'beat' || c.status === 'up' || wasHeld) return;
      const refusedNow = open.catalog.entryAt(c.service, c.url)?.record.refusedRoutes;
      if (isDeepStrictEqual(refusedNow, refusedRoutes)) expect(open.catalog.revision).toBe(revision);
    }));

  it('a heartbeat raises the revision once when another path stands in the way of its refused route', async () => {
    const open = await openCatalog();
    const registering = (service: string, path: string): CatalogCommand => ({
      do: 'register',
      service,
      url: 'http://a',
      id: undefined,
      status: 'up',
      weight: 1,
      routes: [path],
      ttl: 0,
    });
    const beating: CatalogCommand = {
      do: 'beat',
      service: 'product',
      url: 'http://a',
      status: undefined,
      epoch: 'none',
    };
    await obey(open, registering('__proto__', '/x/y'));
    await obey(open, registering('product', '/x'));
    await obey(open, registering('__proto__', '/x'));
    const { revision } = open.catalog;
    for (let beats = 0; beats < 3; beats += 1) await obey(open, beating);
    expect(open.catalog.revision).toBe(revision + 1);
    const refused = open.catalog.entryAt('product', 'http://a')?.record.refusedRoutes;
    expect(refused).toMatchObject([{ path_prefix: '/x', code: 'held_by_another' }]);
    expect(refused?.[0]?.reason).toMatch(/^__proto__ holds \/x since/);
  });
});
