import { sampleRegistration } from '../../test/samples/sample-registration';
import { createCatalog, type Catalog } from './catalog';
import type { CommittedChange } from './changes/change';
import type { InstanceRecord } from './instance/instance-record';
import type { StoredCatalog } from './stored-catalog';

const EMPTY: StoredCatalog = { catalogId: 'c1', begunAt: 0, revision: 0, services: [], recent: [] };
const at = (now: number) => ({ now, epochMs: 1_700_000_000_000 + now });

function record(instanceId: string, revision: number, parts = {}): InstanceRecord {
  return {
    instanceId,
    registration: sampleRegistration({ url: `http://${instanceId}`, ...parts }),
    standing: { condition: { status: 'up' } },
    registeredAt: at(0).epochMs,
    epoch: revision,
    revision,
  };
}

function change(revision: number, parts: Partial<CommittedChange>): CommittedChange {
  return { serviceName: 'product', at: at(0).epochMs, put: [], remove: [], notes: [], ...parts, revision };
}

const open = (stored = EMPTY, maxVacantServices = 100): Catalog =>
  createCatalog(stored, at(0), { maxVacantServices });

const urls = (catalog: Catalog, serviceName = 'product'): string[] =>
  catalog.service(serviceName).records.map(({ registration }) => registration.url);

describe('a catalog', () => {
  it('lists what has been committed, by id, by address and by service', () => {
    const catalog = open();
    const applied = catalog.apply(change(7, { put: [record('a', 7)] }), at(1000));
    expect(applied.prevRevision).toBe(0);
    expect(catalog.named('a')[0]?.record.epoch).toBe(7);
    expect(catalog.entryAt('product', 'http://a')).toBe(catalog.named('a')[0]);
    expect(catalog.service('product')).toMatchObject({ serviceName: 'product', revision: 7 });
    expect([catalog.revision, catalog.instanceCount, catalog.serviceCount]).toEqual([7, 1, 1]);
  });

  it('knows an unknown name as an empty service that never changed', () => {
    expect(open().service('nobody')).toEqual({
      serviceName: 'nobody',
      revision: 0,
      records: [],
      claims: [],
    });
  });

  it('refuses a change that does not follow on the last one', () => {
    const catalog = open();
    catalog.apply(change(2, { put: [record('a', 2)] }), at(0));
    expect(() => catalog.apply(change(2, { remove: ['a'] }), at(0))).toThrow(/does not follow/);
  });

  it('hands out snapshots that later changes leave alone, and the same one until then', () => {
    const catalog = open();
    catalog.apply(change(1, { put: [record('a', 1)] }), at(0));
    const before = catalog.service('product');
    expect(catalog.service('product')).toBe(before);
    catalog.apply(change(2, { put: [record('b', 2)] }), at(0));
    expect(before.records).toHaveLength(1);
    expect(urls(catalog)).toEqual(['http://a', 'http://b']);
  });

  it('never has two instances at one address, whatever a change forgets to remove', () => {
    const catalog = open();
    catalog.apply(change(1, { put: [record('a', 1)] }), at(0));
    catalog.apply(change(2, { put: [record('b', 2, { url: 'http://a' })] }), at(0));
    expect(catalog.named('a')[0]).toBeUndefined();
    expect(urls(catalog)).toEqual(['http://a']);
    expect(catalog.instanceCount).toBe(1);
  });

  it('moves an instance that comes back at another address', () => {
    const catalog = open();
    catalog.apply(change(1, { put: [record('a', 1)] }), at(0));
    catalog.apply(change(2, { put: [record('a', 2, { url: 'http://moved' })] }), at(0));
    expect(urls(catalog)).toEqual(['http://moved']);
    expect(catalog.entryAt('product', 'http://a')).toBeUndefined();
  });

  it('begins a lease with a life, and leaves it alone when that life only changes its standing', () => {
    const catalog = open();
    const first = record('a', 1);
    catalog.apply(change(1, { put: [first] }), at(0));
    catalog.apply(change(2, { put: [{ ...first, revision: 2 }] }), at(20_000));
    expect(catalog.nextLapseAt()).toBe(30_000);
    catalog.apply(change(3, { put: [record('a', 3)] }), at(20_000));
    expect(catalog.nextLapseAt()).toBe(50_000);
  });

  it('notes heartbeats without another revision', () => {
    const catalog = open();
    catalog.apply(change(1, { put: [record('a', 1)] }), at(0));
    const entry = catalog.entryAt('product', 'http://a');
    if (entry === undefined) throw new Error('not listed');
    catalog.heard(entry, at(9000));
    expect(catalog.heardAt(entry.record)).toBe(at(9000).epochMs);
    expect(catalog.revision).toBe(1);
    expect(catalog.lapsed(38_999, 10)).toEqual([]);
    expect(catalog.lapsed(39_000, 10)).toEqual([entry]);
  });

  it('has no lease to end for an instance without one', () => {
    const catalog = open();
    catalog.apply(change(1, { put: [record('a', 1, { ttlSeconds: 0 })] }), at(0));
    expect(catalog.nextLapseAt()).toBeUndefined();
    expect(catalog.lapsed(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  it('takes names that are none of the usual ones', () => {
    const catalog = open();
    for (const [index, serviceName] of ['__proto__', 'constructor', 'toString'].entries()) {
      const revision = index + 1;
      catalog.apply(
        change(revision, { serviceName, put: [record(`i${revision}`, revision, { serviceName })] }),
        at(0),
      );
      expect(urls(catalog, serviceName)).toEqual([`http://i${revision}`]);
    }
    expect(catalog.service('hasOwnProperty').records).toEqual([]);
  });

  it('remembers the revision of a service whose last instance has gone, of so many and no more', () => {
    const catalog = open(EMPTY, 2);
    let revision = 0;
    for (const serviceName of ['one', 'two', 'three']) {
      revision += 1;
      catalog.apply(
        change(revision, { serviceName, put: [record(serviceName, revision, { serviceName })] }),
        at(0),
      );
      revision += 1;
      catalog.apply(change(revision, { serviceName, remove: [serviceName] }), at(0));
    }
    expect(['one', 'two', 'three'].map((name) => catalog.service(name).revision)).toEqual([0, 4, 6]);
    expect(catalog.serviceCount).toBe(0);
    expect(catalog.services().map(({ serviceName }) => serviceName)).toEqual(['two', 'three']);
  });

  it('goes on from what a store has kept, and gives everybody one lease to be heard from', () => {
    const catalog = createCatalog(
      {
        catalogId: 'kept',
        revision: 41,
        begunAt: 0,
        recent: [],
        services: [
          { serviceName: 'product', revision: 40, records: [record('a', 12)], claims: [], overrides: [] },
          { serviceName: 'order', revision: 41, records: [], claims: [], overrides: [] },
        ],
      },
      at(5000),
      { maxVacantServices: 10 },
    );
    expect(catalog.revision).toBe(41);
    expect(catalog.service('product').revision).toBe(40);
    expect(catalog.service('order')).toEqual({
      serviceName: 'order',
      revision: 41,
      records: [],
      claims: [],
    });
    expect([catalog.instanceCount, catalog.serviceCount]).toEqual([1, 1]);
    expect(catalog.nextLapseAt()).toBe(35_000);
  });
});
