import type { EventsResponse, RegistryResponse, ServicesResponse, WatchHello } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { etcdIsInstalled } from '@rollcall/testing/etcd';
import { startEtcdReplicas, type EtcdReplicas } from './doubles/etcd-replicas';
import { registryProcesses, type RegistryProcess } from './registry-process';
import { openSseStream } from './sse-stream';

const describeWithEtcd = etcdIsInstalled ? describe : describe.skip;
/** etcd starts again in between, and its clients wait for up to 2 s before they try anew. */
const PATIENTLY = { timeoutMs: 20_000 };

describeWithEtcd('a registry whose etcd was given back an earlier backup', () => {
  const start = registryProcesses();
  let etcd: EtcdReplicas;
  let registry: RegistryProcess;
  let before: RegistryResponse;

  beforeAll(async () => {
    etcd = await startEtcdReplicas();
    const place = etcd.place();
    // The catalog is an old one when the registry starts.
    const { store } = place.replica();
    await store.open();
    await store.close();
    await etcd.client.txn({ success: [{ delete: { key: place.keys.warm } }] });
    registry = await start({
      REGISTRY_STORE: 'etcd',
      ETCD_ENDPOINTS: etcd.cluster.endpoints.join(','),
      ETCD_PREFIX: place.prefix,
      LEASE_TTL_SECONDS: '600',
    });
    await register('kept');
    await etcd.cluster.backUp();
    for (let lost = 1; lost <= 20; lost += 1) await register(`lost-${lost}`);
    before = await get<RegistryResponse>('/registry');
    expect((await hello()).warming).toBe(false);
    expect((await fetch(`${registry.url}/sd/prometheus`)).status).toBe(200);

    await etcd.cluster.restore();
    await eventually(
      async () => (await get<RegistryResponse>('/registry')).catalog_id !== before.catalog_id,
      PATIENTLY,
    );
  });
  afterAll(async () => {
    await registry.end('SIGTERM');
    await etcd.discard();
  });

  async function get<T>(path: string): Promise<T> {
    return (await (await fetch(registry.url + path)).json()) as T;
  }

  /** Again while etcd is away. */
  const register = (id: string): Promise<unknown> =>
    eventually(async () => {
      const body = { service_name: 'product', instance_id: id, url: `http://10.0.0.1/${id}` };
      const headers = { 'content-type': 'application/json' };
      const options = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${registry.url}/register`, options)).ok;
    }, PATIENTLY);

  async function hello(): Promise<WatchHello> {
    const stream = await openSseStream(`${registry.url}/watch?services=product`);
    const [first] = await stream.take(1);
    stream.close();
    return first?.data as WatchHello;
  }

  it('lists what the backup has, and says that it may not be everything', async () => {
    const { services } = await get<ServicesResponse>('/services');
    expect(services.product?.map(({ instance_id: id }) => id)).toEqual(['kept']);
    expect(await hello()).toMatchObject({ warming: true });
    expect((await get<RegistryResponse>('/registry')).warming).toBe(true);
    const targets = await fetch(`${registry.url}/sd/prometheus`);
    expect([targets.status, await targets.json()]).toMatchObject([503, { code: 'REGISTRY_WARMING' }]);
  });

  it('has the events of the new catalog alone, in pages that end', async () => {
    await register('new-1');
    await register('new-2');
    const { catalog_id: catalogId, events } = await get<EventsResponse>('/events?type=registered');
    expect(catalogId).not.toBe(before.catalog_id);
    const ids = (of: EventsResponse) => of.events.map(({ instance_id: id }) => id);
    expect(events.map(({ instance_id: id }) => id)).toEqual(['new-1', 'new-2']);
    const last = events.at(-1)?.revision ?? 0;
    expect(ids(await get(`/events?since=${last}`))).toEqual([]);
    const backwards = `/events?type=registered&order=desc&before=${last + 1}`;
    expect(ids(await get(backwards))).toEqual(['new-2', 'new-1']);
    expect((await get<RegistryResponse>('/registry')).watchers.last_change?.revision).toBe(last);
  });
});
