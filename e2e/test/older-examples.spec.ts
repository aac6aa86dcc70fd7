import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { eventually } from '@rollcall/testing';
import { localUrl } from '../src/app-process';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, json, request } from '../src/expect-answer';

const productAtItsOwnName = { service_name: 'product', url: 'http://product:8081' };

describe('the older examples', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ gateway: { HOLD_TIMEOUT_MS: '500' } });
    await Promise.all([cluster.add('product'), cluster.add('product'), cluster.add('hello')]);
  });

  afterAll(() => cluster.stop());

  test('a service registers, is discovered and sends heartbeats with the bodies of the example', async () => {
    const { registryUrl } = cluster;

    const registered = await request(`${registryUrl}/register`, json('POST', productAtItsOwnName));
    expect(registered.status).toBe(201);
    expect(registered.json()).toMatchObject({ ...productAtItsOwnName, status: 'up', ttl_seconds: 30 });

    const discovered = await expectAnswer(`${registryUrl}/discover/product`, 200);
    expect(discovered).toMatchObject({
      service_name: 'product',
      instances: expect.arrayContaining([expect.objectContaining(productAtItsOwnName)]),
    });

    const heartbeat = await expectAnswer(`${registryUrl}/heartbeat`, 200, json('POST', productAtItsOwnName));
    expect(heartbeat).toMatchObject({ ttl_seconds: 30, heartbeat_interval_seconds: 10 });
  });

  test('an instance that cannot be reached costs no request', async () => {
    await request(`${cluster.registryUrl}/register`, json('POST', productAtItsOwnName));
    expect(await cluster.discover('product')).toHaveLength(3);

    const answers = [];
    for (let count = 0; count < 100; count++) answers.push(await request(`${cluster.gatewayUrl}/products`));

    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  });

  test('products answer their collection, one item and a new item through the gateway', async () => {
    const { gatewayUrl } = cluster;
    const lamp = { name: 'Lamp', description: 'It shines.', price_cents: 1999, currency: 'EUR' };

    const created = await request(`${gatewayUrl}/products`, json('POST', lamp));

    expect(created.status).toBe(201);
    expect(created.json()).toMatchObject(lamp);
    const location = created.headers.get('location') ?? '';
    expect(await expectAnswer(`${gatewayUrl}${location}`, 200)).toEqual(created.json());
    expect(await expectAnswer(`${gatewayUrl}/products`, 200)).toMatchObject({
      items: expect.arrayContaining([created.json()]),
    });
  });

  test('hello announces itself and greets through the gateway', async () => {
    expect(await expectAnswer(`${cluster.gatewayUrl}/hello`, 200)).toEqual({
      message: 'Hello from the Service!',
    });
  });

  test('a service is registered at the gateway as "name,address" in plain text, routed to and deregistered', async () => {
    const { gatewayUrl } = cluster;
    const paths: string[] = [];
    const service = createServer((incoming: IncomingMessage, response) => {
      paths.push(incoming.url ?? '');
      response.end('greetings');
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const plainText = (body: string) => ({ method: 'POST', headers: { 'content-type': 'text/plain' }, body });

    try {
      const registered = await request(
        `${gatewayUrl}/register_service`,
        plainText(`greeter,${localUrl(port).replace('http://', '')}`),
      );
      expect([registered.status, registered.text]).toEqual([200, 'Service registered successfully']);

      const routed = await request(`${gatewayUrl}/greeter/by/name?loud=1`);
      expect([routed.status, routed.text]).toEqual([200, 'greetings']);
      expect(paths).toEqual(['/greeter/by/name?loud=1']);

      const deregistered = await request(`${gatewayUrl}/deregister_service`, plainText('greeter'));
      expect([deregistered.status, deregistered.text]).toEqual([200, 'Service deregistered successfully']);
      expect((await request(`${gatewayUrl}/greeter`)).status).toBe(404);
      expect(paths).toHaveLength(1);
    } finally {
      service.closeAllConnections();
      service.close();
    }
  });

  test('a registration sent by curl as a form, as the example does, is taken too', async () => {
    const { gatewayUrl } = cluster;

    const answer = await request(`${gatewayUrl}/register_service`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `HelloService,${localUrl(1)}`,
    });

    expect([answer.status, answer.text]).toEqual([200, 'Service registered successfully']);
  });
});

describe('HelloService', () => {
  test('starts without a registry, and registers once there is one', async () => {
    const cluster = await startCluster();
    try {
      await cluster.registry().end('SIGTERM');
      const hello = await cluster.launch('hello');
      await hello.ready();
      expect(await expectAnswer(`${hello.url}/hello`, 200)).toEqual({ message: 'Hello from the Service!' });

      await cluster.restartRegistry();

      await cluster.registered(hello);
      // The gateway comes back to the registry in a time of its own.
      const greeting = await eventually(() => expectAnswer(`${cluster.gatewayUrl}/hello`, 200));
      expect(greeting).toEqual({ message: 'Hello from the Service!' });
    } finally {
      await cluster.stop();
    }
  });
});
