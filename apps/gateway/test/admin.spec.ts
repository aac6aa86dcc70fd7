import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpstreamView } from '@rollcall/contracts';
import { closedPort, eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('the admin port', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-routes-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      'version: 1\nroutes:\n  - { path_prefix: /shop, service: product, strip_prefix: true, picker: two_choices }\n',
    );
    running = await startGateway({
      ROUTES_FILE: file,
      ADMIN_TOKEN: 'a-token-of-some-length',
      REGISTRY_TOKEN: 'secret',
    });
    upstream = await startUpstream((req, res) => res.end(req.url));
    running.registry.list({
      service_name: 'product',
      url: upstream.url,
      routes: [{ path_prefix: '/products' }],
    });
    await eventually(async () => (await fetch(`${running.url}/products`)).status === 200);
  });
  afterAll(async () => {
    await Promise.all([running.stop(), upstream.stop()]);
    await rm(folder, { recursive: true });
  });

  const asOperator = { Authorization: 'Bearer a-token-of-some-length' };
  const ask = (path: string) => running.admin(path, asOperator);

  it('shows the routes of the file and of the instances', async () => {
    expect(await (await fetch(`${running.url}/shop/a?b`)).text()).toBe('/a?b');
    expect(await ask('/routes')).toMatchObject({
      routes: [
        {
          path_prefix: '/shop',
          service: 'product',
          source: 'file',
          picker: 'two_choices',
          strip_prefix: true,
        },
        {
          path_prefix: '/products',
          service: 'product',
          source: 'announced',
          picker: 'round_robin',
          instances: 1,
        },
      ],
      refused: [],
    });
  });

  it('shows every instance, and why it is left out', async () => {
    const dead = `http://127.0.0.1:${await closedPort()}`;
    const listed = running.registry.list({
      service_name: 'product',
      url: dead,
      routes: [{ path_prefix: '/products' }],
    });
    const explained = await eventually(async () => {
      await fetch(`${running.url}/products`);
      const found = (await ask('/explain?path=/products/7&method=post')) as Explained;
      return found.instances.some(({ picked }) => !picked) && found;
    });
    expect(explained).toMatchObject({
      verdict: 'forwarded',
      route: { name: '/products', service: 'product' },
    });
    expect(explained.instances).toContainEqual(
      expect.objectContaining({
        instance_id: listed.instance_id,
        url: dead,
        picked: false,
        why: expect.stringMatching(/^refused once; tried again in \d+ ms$/),
      }),
    );
    running.registry.update(listed.instance_id, { status: 'out_of_service', reason: 'disk is full' });
    await eventually(async () =>
      JSON.stringify(await ask('/explain?path=/products')).includes('disk is full'),
    );
    running.registry.forget(listed.instance_id);
  });

  it('leaves out whom an operator ejects, until it is restored, and writes down who it was', async () => {
    const second = await startUpstream((_req, res) => res.end('second'));
    const { instance_id } = running.registry.list({
      service_name: 'product',
      url: second.url,
      routes: [{ path_prefix: '/products' }],
    });
    const answers = async () =>
      new Set(
        await Promise.all([1, 2, 3, 4].map(async () => (await fetch(`${running.url}/products`)).text())),
      );
    const post = (path: string, body: unknown) =>
      fetch(`${running.adminUrl}/upstreams/${instance_id}/${path}`, {
        method: 'POST',
        headers: { ...asOperator, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    await eventually(async () => (await answers()).has('second'));

    expect((await post('eject', { reason: 'it lies', by: 'Ada' })).status).toBe(200);
    expect((await answers()).has('second')).toBe(false);
    expect(((await ask('/explain?path=/products')) as Explained).instances).toContainEqual(
      expect.objectContaining({ instance_id, picked: false, why: 'ejected by an operator: it lies' }),
    );
    expect(running.logged).toContainEqual(
      expect.objectContaining({
        event: 'upstream_ejected_by_hand',
        instance_id,
        reason: 'it lies',
        by: 'Ada',
        actor: 'who has the admin token',
        peer: '127.0.0.1',
      }),
    );
    expect((await post('restore', {})).status).toBe(200);
    await eventually(async () => (await answers()).has('second'));
    expect(running.logged).toContainEqual(
      expect.objectContaining({ event: 'upstream_restored_by_hand', instance_id }),
    );
    running.registry.forget(instance_id);
    await second.stop();
  });

  it.each([
    ['/explain?path=/nowhere', 'not found'],
    ['/explain?path=/products', 'forwarded'],
  ])('explains %s: %s', async (path, verdict) => {
    expect(await ask(path)).toMatchObject({ verdict });
  });

  it('refuses a question without a path', async () => {
    const response = await fetch(`${running.adminUrl}/explain?method=GET&path=x`, { headers: asOperator });
    expect(response.status).toBe(400);
  });

  it('says what it is, and how it stands', async () => {
    expect(await ask('/state')).toMatchObject({
      node: process.version,
      routes_digest: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      refused_routes: 0,
      ejected: [],
    });
  });

  it('shows the settings without the secrets', async () => {
    expect(await ask('/config')).toMatchObject({
      HOLD_TIMEOUT_MS: 10_000,
      REGISTRY_TOKEN: '***',
      ADMIN_TOKEN: '***',
    });
  });

  it.each(['/state', '/routes', '/upstreams', '/explain?path=/', '/config'])(
    'asks for the token before %s',
    async (path) => {
      for (const headers of [{}, { Authorization: 'Bearer wrong' }])
        expect((await fetch(running.adminUrl + path, { headers })).status).toBe(401);
    },
  );

  it.each(['/livez', '/readyz', '/startupz', '/health', '/metrics'])(
    'answers %s to everybody',
    async (path) => {
      expect((await fetch(running.adminUrl + path)).status).toBe(200);
    },
  );

  it('counts the traffic by route, never by path', async () => {
    await fetch(`${running.url}/products/1234`);
    const text = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(text).toMatch(/http_server_request_duration_seconds_count\{.*http_route="\/products".*\} \d+/);
    // A value may have these digits too.
    expect(text).not.toContain('products/1234');
  });

  it('answers probes on the port of the traffic too, and nothing else of its own', async () => {
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404);
  });

  it('does not start with a routes file that has a fault', async () => {
    const file = join(folder, 'faulty.yaml');
    await writeFile(file, 'version: 1\nroutes:\n  - { path_prefix: shop }\n  - { service: x }\n');
    await expect(startGateway({ ROUTES_FILE: file })).rejects.toThrow(
      /faulty\.yaml:3:7: route shop: path_prefix must .*\n.*route shop: service is missing.*\n.*faulty\.yaml:4:5: route 2/,
    );
  });
});

interface Explained {
  readonly instances: readonly { readonly picked: boolean }[];
}

it.each(['eject', 'restore'])(
  '%s is told which of two instances that have one id is meant',
  async (change) => {
    const running = await startGateway();
    for (const service_name of ['invoice', 'stranger'])
      running.registry.list({ service_name, url: `http://127.0.0.1:1/${service_name}`, instance_id: 'same' });
    const upstreams = async () =>
      ((await running.admin('/upstreams')) as { upstreams: readonly UpstreamView[] }).upstreams;
    const ejected = async () =>
      (await upstreams()).filter((one) => one.ejected_by_hand !== null).map(({ service }) => service);
    const post = async (what: string, order: object) => {
      const response = await fetch(`${running.adminUrl}/upstreams/same/${what}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...(what === 'eject' && { reason: 'it lies' }), ...order }),
      });
      return { status: response.status, body: await response.json() };
    };
    await eventually(async () => (await upstreams()).length === 2);
    if (change === 'restore')
      for (const service_name of ['invoice', 'stranger']) await post('eject', { service_name });
    const before = await ejected();

    const { status, body } = await post(change, {});
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'INSTANCE_ID_AMBIGUOUS' } });
    for (const service of ['invoice', 'stranger']) expect(JSON.stringify(body)).toContain(service);
    expect(await post(change, { service_name: 'product' })).toMatchObject({ status: 404 });
    expect(await ejected()).toEqual(before);
    expect(await post(change, { service_name: 'invoice' })).toMatchObject({
      status: 200,
      body: { service: 'invoice', instance_id: 'same' },
    });
    expect(await ejected()).toEqual(change === 'eject' ? ['invoice'] : ['stranger']);
    await running.stop();
  },
);
