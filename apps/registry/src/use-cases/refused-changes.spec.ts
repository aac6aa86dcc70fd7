import { createSlowStore } from '../../test/doubles/slow-store';
import { openCatalog, type OpenCatalog } from '../../test/samples/open-catalog';
import type { ProposedChange } from '../catalog/changes/change';
import type { Entry } from '../catalog/entry';
import { changeTooLarge } from '../errors';
import type { CatalogStore } from '../ports/catalog-store';
import { applyEvent } from './apply-event';
import { endLapsedLeases } from './end-lapsed-leases';
import { endOverrides } from './end-overrides';
import { heartbeat } from './heartbeat';
import { register } from './register';
import { releaseHeld } from './release-held';
import { releaseRoutes } from './release-routes';
import { setOverride } from './set-override';

const tooLarge = changeTooLarge('It takes less.', new Error('refused'));

/** A store that takes its time, and refuses some changes as too large once `refusing` is set. */
function createParticularStore() {
  const slow = createSlowStore();
  const particular: CatalogStore & { refusing: (change: ProposedChange) => boolean } = {
    ...slow,
    refusing: () => false,
    async commit(change, under) {
      if (!particular.refusing(change)) return slow.commit(change, under);
      await new Promise((resolve) => setImmediate(resolve));
      throw tooLarge;
    },
  };
  return particular;
}

let store: ReturnType<typeof createParticularStore>;
let open: OpenCatalog;
beforeEach(async () => {
  store = createParticularStore();
  open = await openCatalog({ store });
});

async function registered(service_name: string, count: number): Promise<readonly Entry[]> {
  const urls = Array.from({ length: count }, (_, number) => `http://10.0.0.1:${number + 1}`);
  await Promise.all(urls.map((url) => register(open, { service_name, url }, 'spec')));
  return Array.from(open.catalog.entriesOf(service_name));
}

const sizeOf = (serviceName: string): number => open.catalog.sizeOf(serviceName);
const ofLarge = ({ serviceName }: ProposedChange): boolean => serviceName === 'large';
const ofMoreThan =
  (most: number) =>
  ({ put, remove }: ProposedChange): boolean =>
    put.length + remove.length > most;

describe('a service whose changes the store always refuses', () => {
  it('keeps the leases of no other from ending, and is told of', async () => {
    await registered('large', 2);
    const [withSession] = await registered('order', 1);
    await registered('mail', 1);
    if (withSession === undefined) throw new Error('it is listed');
    await applyEvent(open, withSession, { type: 'session_opened' }, 'registry');
    await applyEvent(open, withSession, { type: 'session_lost' }, 'registry');
    store.refusing = ofLarge;
    await open.clock.advance(30_000);

    const { toProbe, failures } = await endLapsedLeases(open);

    expect([...failures]).toEqual([['large', tooLarge]]);
    expect([sizeOf('large'), sizeOf('mail')]).toEqual([2, 0]);
    expect([toProbe, withSession.contact.lapsing]).toEqual([[withSession], true]);
    store.refusing = () => false;
    expect((await endLapsedLeases(open)).failures.size).toBe(0);
    expect(sizeOf('large')).toBe(0);
  });

  it('comes after the others when it fills a batch by itself', async () => {
    open = await openCatalog({ store, bounds: { maxInstances: 2000, maxServices: 100 } });
    await registered('large', 1500);
    await open.clock.advance(1);
    await registered('mail', 1);
    store.refusing = ofLarge;
    await open.clock.advance(30_000);

    const { failures } = await endLapsedLeases(open);
    expect([[...failures.keys()], sizeOf('mail')]).toEqual([['large'], 1]);
    expect((await endLapsedLeases(open, failures)).failures.size).toBe(1);
    expect([sizeOf('large'), sizeOf('mail')]).toEqual([1500, 0]);
  });

  it('keeps the overrides of no other from ending, and is told of', async () => {
    const request = { status: 'out_of_service', reason: 'new disk', for_ms: 5000 } as const;
    for (const name of ['large', 'order'])
      for (const entry of await registered(name, 2)) await setOverride(open, entry, request, 'spec');
    store.refusing = ofLarge;
    await open.clock.advance(5000);

    const { ended, failures } = await endOverrides(open);

    expect([...failures]).toEqual([['large', tooLarge]]);
    expect(ended.map(({ serviceName }) => serviceName)).toEqual(['order', 'order']);
    expect(open.catalog.overrides.of('large')).toHaveLength(2);
    expect(open.catalog.overrides.of('order')).toEqual([]);
  });

  it('keeps the paths of no other from being released, and is told of', async () => {
    for (const name of ['large', 'order']) {
      const routes = [{ path_prefix: `/${name}` }];
      await register(open, { service_name: name, url: 'http://10.0.0.1:1', routes }, 'spec');
      for (const entry of Array.from(open.catalog.entriesOf(name)))
        await applyEvent(open, entry, { type: 'deregistered' }, 'spec');
    }
    store.refusing = ofLarge;
    await open.clock.advance(5000);

    const { released, failures } = await releaseRoutes({ ...open, routeMemoryMs: 1000 });

    expect([...failures]).toEqual([['large', tooLarge]]);
    expect(released).toEqual([{ serviceName: 'order', paths: ['/order'] }]);
  });
});

describe('a store that takes two instances at once', () => {
  it('is not asked to evict whose heartbeat came after a refusal', async () => {
    const entries = await registered('product', 5);
    const beating = entries[3];
    if (beating === undefined) throw new Error('it is listed');
    await open.clock.advance(30_000);
    store.refusing = (change) => {
      if (open.catalog.leaseEndsAt(beating) === open.clock.moment().now)
        void heartbeat(open, beating, undefined, 'spec');
      return ofMoreThan(2)(change);
    };

    const { failures } = await endLapsedLeases(open);

    expect([...failures]).toEqual([]);
    const held = entries.filter(({ record }) => record.standing.condition.status === 'suspect');
    expect(held).toEqual(entries.filter((entry) => entry !== beating));
    expect(sizeOf('product')).toBe(5);
  });

  it('ends a guard all the same', async () => {
    await registered('product', 5);
    await open.clock.advance(30_000);
    await endLapsedLeases(open);
    store.refusing = ofMoreThan(2);
    expect(await releaseHeld(open, 'product', 'spec')).toHaveLength(5);
    expect(sizeOf('product')).toBe(0);
  });

  it('refuses the end of a guard where one instance is too large, after the others are gone', async () => {
    const [largest] = await registered('product', 5);
    await open.clock.advance(30_000);
    await endLapsedLeases(open);
    store.refusing = ({ remove }) => remove.includes(largest?.record.instanceId ?? '');
    await expect(releaseHeld(open, 'product', 'spec')).rejects.toBe(tooLarge);
    expect(Array.from(open.catalog.entriesOf('product'))).toEqual([largest]);
  });
});
