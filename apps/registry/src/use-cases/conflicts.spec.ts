import { createSlowStore } from '../../test/doubles/slow-store';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import type { Entry } from '../catalog/entry';
import type { CatalogStore } from '../ports/catalog-store';
import { applyEvent } from './apply-event';
import { endLapsedLeases } from './end-lapsed-leases';
import { heartbeat } from './heartbeat';
import { register } from './register';

function listed({ catalog }: OpenCatalog, instanceId: string): Entry {
  const entry = catalog.named(instanceId)[0];
  if (entry === undefined) throw new Error(`${instanceId} is not listed`);
  return entry;
}

const product = { service_name: 'product', url: 'http://10.0.0.1:8081' };

describe('over a store that takes its time', () => {
  it('two identical registrations at once are one instance', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    const results = await Promise.all([register(open, product, 'spec'), register(open, product, 'spec')]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['listed', 'stands']);
    expect(open.catalog.instanceCount).toBe(1);
    expect(open.changes).toHaveLength(1);
  });

  it('nothing is seen before it is final', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    const pending = register(open, product, 'spec');
    expect(open.catalog.instanceCount).toBe(0);
    await pending;
    expect(open.catalog.instanceCount).toBe(1);
  });

  it('a deregistration and a status change at once leave nothing behind', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    await register(open, { ...product, instance_id: 'p', status: 'starting' }, 'spec');
    const entry = listed(open, 'p');
    await Promise.all([
      heartbeat(open, entry, 'up', 'spec'),
      applyEvent(open, entry, { type: 'deregistered' }, 'spec'),
    ]);
    expect(open.catalog.instanceCount).toBe(0);
  });

  it('what happens to a life that ends meanwhile touches nobody', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    await register(open, { ...product, instance_id: 'old' }, 'spec');
    const old = open.catalog.named('old')[0];
    if (old === undefined) throw new Error('not listed');
    await Promise.all([
      register(open, { ...product, instance_id: 'new' }, 'spec'),
      applyEvent(open, old, { type: 'drain' }, 'spec'),
    ]);
    expect(open.catalog.service('product').records).toMatchObject([
      { instanceId: 'new', standing: { condition: { status: 'up' } } },
    ]);
  });

  it('a session that opens while the loss of the one before is being written is not lost with it', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    await register(open, { ...product, instance_id: 'p' }, 'spec');
    const entry = listed(open, 'p');
    await applyEvent(open, entry, { type: 'session_opened' }, 'spec');
    await Promise.all([
      applyEvent(open, entry, { type: 'session_lost' }, 'spec'),
      applyEvent(open, entry, { type: 'session_opened' }, 'spec'),
    ]);
    expect(entry).toMatchObject({
      contact: { session: 'open' },
      record: { standing: { condition: { status: 'up' } } },
    });
    // And so the end of that one is heard of.
    await applyEvent(open, entry, { type: 'session_lost' }, 'spec');
    expect(entry.contact.session).toBe('lost');
  });

  it('a heartbeat that comes while a lease is being ended calls off nothing that is final, and says so', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    await register(open, { ...product, instance_id: 'p' }, 'spec');
    await open.clock.advance(30_000);
    const entry = listed(open, 'p');
    const [, beaten] = await Promise.all([endLapsedLeases(open), heartbeat(open, entry, undefined, 'spec')]);
    expect(open.catalog.named('p')[0]).toBeUndefined();
    expect(beaten).toBeUndefined();
  });

  it('a lease that ends while a session is being lost is looked at again, not forgotten', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    await register(open, { ...product, instance_id: 'p' }, 'spec');
    const entry = listed(open, 'p');
    await applyEvent(open, entry, { type: 'session_opened' }, 'spec');
    await open.clock.advance(30_000);
    const [lost, ends] = await Promise.all([
      applyEvent(open, entry, { type: 'session_lost' }, 'spec'),
      endLapsedLeases(open),
    ]);
    expect([lost?.kind, ends.toProbe]).toEqual(['moves', []]);
    expect((await endLapsedLeases(open)).toProbe).toEqual([entry]);
    expect(entry.contact).toMatchObject({ session: 'lost', lapsing: true });
  });

  it('instances whose leases end at once leave in one change a service', async () => {
    const open = await openCatalog({ store: createSlowStore() });
    for (const [service_name, port] of [
      ['product', 1],
      ['product', 2],
      ['order', 3],
    ] as const)
      await register(open, { service_name, url: `http://10.0.0.1:${port}` }, 'spec');
    await open.clock.advance(30_000);
    await endLapsedLeases(open);
    expect(open.catalog.instanceCount).toBe(0);
    expect(open.changes.slice(3).map(({ remove }) => remove.length)).toEqual([2, 1]);
  });
});

describe('over a store in which somebody else is always first', () => {
  it('a registration gives up and says so', async () => {
    const store: CatalogStore = {
      ...createSlowStore(),
      commit: () => Promise.resolve({ kind: 'conflict' }),
    };
    const open = await openCatalog({ store });
    await expect(register(open, product, 'spec')).rejects.toMatchObject({
      code: 'CATALOG_CONTENDED',
      status: 503,
    });
    expect(open.catalog.instanceCount).toBe(0);
  });
});
