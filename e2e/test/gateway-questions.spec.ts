import type { GatewaysResponse, PathExplanation, RoutesView, UpstreamView } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';

// Each gateway is one of its own, and the port of none is asked: everything goes by the registry.
describe.each([
  ['one process', {}],
  ['two workers', { GATEWAY_WORKERS: '2' }],
])('a gateway of %s, asked by the registry', (_size, settings) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ gateway: { ANSWER_QUESTIONS: 'on', ...settings } });
    await cluster.add('product');
  });
  afterAll(() => cluster.stop());

  const call = async <T>(path: string, body?: object): Promise<{ status: number; body: T }> => {
    const answer = await fetch(cluster.registryUrl + path, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'Content-Type': 'application/json' },
    });
    // Answers are held against their schemas in the specs of registry and gateway.
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const known = () =>
    eventually(async () => {
      const { body } = await call<GatewaysResponse>('/gateways');
      // Behind the registration: the instance that it says it is has to be listed.
      return body.gateways.find(({ state }) => state?.upstreams === 1 && state.synced);
    });
  const product = () =>
    eventually(async () => {
      const { instance_id: id } = await known();
      const { status, body } = await call<{ upstreams: readonly UpstreamView[] }>(
        `/gateways/${id}/upstreams`,
      );
      return status === 200 && body.upstreams.find(({ service }) => service === 'product');
    });

  test('says what it is, and which routes are in force', async () => {
    const gateway = await known();
    expect(gateway).toMatchObject({
      service_name: 'gateway',
      answers: 'on',
      actor: 'anonymous',
      fault: null,
    });
    const { body } = await call<RoutesView>(`/gateways/${gateway.instance_id}/routes`);
    expect(body.routes.map(({ path_prefix }) => path_prefix)).toContain('/products');
    const config = await call<Record<string, unknown>>(`/gateways/${gateway.instance_id}/config`);
    expect(config.body).toMatchObject({ ANSWER_QUESTIONS: 'on', routes_file: null });
  });

  test('explains a request, and refuses one that it cannot read', async () => {
    const { instance_id: id } = await known();
    const explained = await call<PathExplanation>(`/gateways/${id}/explain?path=/products`);
    expect(explained).toMatchObject({ status: 200, body: { verdict: 'forwarded' } });
    expect((await call(`/gateways/${id}/explain?path=products`)).status).toBe(400);
  });

  test('ejects an instance and restores it, and its admin port says so too', async () => {
    const { instance_id: id } = await known();
    const { instance_id: instance } = await product();
    const at = `/gateways/${id}/upstreams/${instance}`;
    expect(await call(`${at}/eject`, { reason: 'disk' })).toMatchObject({
      status: 200,
      body: { instance_id: instance, ejected_by_hand: { reason: 'disk' } },
    });
    const own = (await (await fetch(`${cluster.adminUrl}/upstreams`)).json()) as {
      upstreams: readonly UpstreamView[];
    };
    expect(own.upstreams.find(({ instance_id }) => instance_id === instance)?.ejected_by_hand).toEqual({
      reason: 'disk',
    });
    await eventually(async () =>
      (await known()).state?.ejected.some(({ instance_id }) => instance_id === instance),
    );
    expect(await call(`${at}/restore`, {})).toMatchObject({ status: 200, body: { ejected_by_hand: null } });
    expect((await call(`/gateways/${id}/upstreams/nobody/eject`, { reason: 'x' })).status).toBe(404);
  });
});

test('a gateway that was told to answer nothing cannot be asked, and one that only says what is so changes nothing', async () => {
  const [off, read] = await Promise.all([
    startCluster({ gateway: { ANSWER_QUESTIONS: 'off' } }),
    startCluster(),
  ]);
  try {
    const gatewaysOf = async ({ registryUrl }: Cluster) =>
      ((await (await fetch(`${registryUrl}/gateways`)).json()) as GatewaysResponse).gateways;
    const [gateway] = await eventually(async () => {
      const gateways = await gatewaysOf(read);
      return gateways.length > 0 && gateways;
    });
    const refused = await fetch(`${read.registryUrl}/gateways/${gateway?.instance_id}/upstreams/p/restore`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([gateway?.answers, refused.status]).toEqual(['read', 409]);
    expect(await gatewaysOf(off)).toEqual([]);
  } finally {
    await Promise.all([off.stop(), read.stop()]);
  }
});

test('a gateway that is stopped is not asked any more once its lease is over, and again when it goes on', async () => {
  const cluster = await startCluster({
    registry: { LEASE_TTL_SECONDS: '5', HEARTBEAT_INTERVAL_SECONDS: '1' },
  });
  const { pid } = cluster.gateway();
  try {
    const askable = async () =>
      ((await (await fetch(`${cluster.registryUrl}/gateways`)).json()) as GatewaysResponse).gateways;
    await eventually(async () => (await askable()).length === 1);
    process.kill(pid, 'SIGSTOP');
    await eventually(async () => (await askable()).length === 0);
    process.kill(pid, 'SIGCONT');
    await eventually(async () => (await askable())[0]?.state?.synced);
  } finally {
    process.kill(pid, 'SIGCONT');
    await cluster.stop();
  }
});
