import { createFakeRegistry } from '@rollcall/registry-client/testing';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('the legacy API', () => {
  let running: RunningGateway;
  let hello: RunningUpstream;

  beforeAll(async () => {
    running = await startGateway();
    hello = await startUpstream((req, res) =>
      res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ message: `Hello ${req.url}` })),
    );
  });
  afterAll(() => Promise.all([running.stop(), hello.stop()]));
  afterEach(() => {
    // The gateway itself stays: it would register again, and take an answer that a spec has prepared for its own call.
    for (const { instance_id, service_name } of running.registry.instances())
      if (service_name !== 'gateway') running.registry.forget(instance_id);
  });

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(running.url + path, { method: 'POST', body, headers });
  const register = (body: string, headers = {}) => post('/register_service', body, headers);
  /** Everybody but the gateway itself. */
  const registered = () =>
    running.registry
      .instances()
      .map(({ service_name, url }) => [service_name, url])
      .filter(([name]) => name !== 'gateway');

  it('register a service, and the very next request reaches it', async () => {
    const response = await register(`hello,${hello.url}`);
    expect([response.status, await response.text()]).toEqual([200, 'Service registered successfully']);
    expect(await (await fetch(`${running.url}/hello/world`)).json()).toEqual({
      message: 'Hello /hello/world',
    });
    expect(running.registry.instances('hello')).toEqual([
      expect.objectContaining({ url: hello.url, ttl_seconds: 0, routes: [{ path_prefix: '/hello' }] }),
    ]);
  });

  it.each([
    ['text/plain', (address: string) => `hello,${address}`],
    ['application/json', (address: string) => `hello,${address}`],
    ['application/json', (address: string) => JSON.stringify({ name: 'hello', address })],
    ['application/x-www-form-urlencoded', (address: string) => ` hello , ${address}\n`],
    ['text/plain; charset=klingon', (address: string) => JSON.stringify({ name: 'hello', address })],
  ])('take what is sent as %s', async (type, body) => {
    expect((await register(body(hello.url), { 'Content-Type': type })).status).toBe(200);
    expect(registered()).toEqual([['hello', hello.url]]);
  });

  it('take an address without scheme for http', async () => {
    await register(`hello,127.0.0.1:${hello.port}`);
    expect(registered()).toEqual([['hello', hello.url]]);
  });

  it('replace the earlier address of the same name', async () => {
    await register('hello,http://127.0.0.1:1');
    await register(`hello,${hello.url}`);
    expect(registered()).toEqual([['hello', hello.url]]);
    expect((await fetch(`${running.url}/hello`)).status).toBe(200);
  });

  it('deregister by name, or by name and address, and touch nothing else', async () => {
    running.registry.list({ service_name: 'hello', url: 'http://127.0.0.1:2' });
    await register(`hello,${hello.url}`);
    const elsewhere = await post('/deregister_service', 'hello,http://127.0.0.1:3');
    expect(elsewhere.status).toBe(200);
    expect(registered().length).toBe(2);
    const response = await post('/deregister_service', 'hello');
    expect([response.status, await response.text()]).toEqual([200, 'Service deregistered successfully']);
    expect(registered()).toEqual([['hello', 'http://127.0.0.1:2']]);
    expect((await post('/deregister_service', JSON.stringify({ name: 'hello' }))).status).toBe(200);
  });

  it('leave a name unknown once its owner has deregistered it: nobody waits for its return', async () => {
    await register(`hello,${hello.url}`);
    expect((await fetch(`${running.url}/hello`)).status).toBe(200);
    await post('/deregister_service', 'hello');
    expect((await fetch(`${running.url}/hello`)).status).toBe(404);
  });

  it('do not answer that it works when it does not: an unreachable registry is 503', async () => {
    await running.registry.goAway();
    const response = await register(`hello,${hello.url}`);
    expect([response.status, (await response.json()) as object]).toEqual([
      503,
      expect.objectContaining({ code: 'REGISTRY_UNAVAILABLE' }),
    ]);
    await running.registry.comeBack();
    await eventually(() => running.registry.openWatches === 1);
  });

  it.each([
    ['', 400],
    ['hello', 400],
    ['hello,ftp://x', 400],
    ['hello,http://user:pw@x', 400],
    ['a b,http://x', 400],
    ['{"name":', 400],
    ['{"name":"hello","address":"http://x","more":1}', 400],
    ['[]', 400],
    [`hello,http://${'x'.repeat(70_000)}`, 413],
  ])('refuse %.40s', async (body, status) => {
    const response = await register(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
    expect(registered()).toEqual([]);
  });

  it('refuse a web page', async () => {
    const response = await register(`hello,${hello.url}`, { Origin: 'http://evil.example' });
    expect(response.status).toBe(403);
    expect(registered()).toEqual([]);
  });

  it('take no other method', async () => {
    const response = await fetch(`${running.url}/register_service`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('lend the caller nobody’s token but its own', async () => {
    await register(`hello,${hello.url}`, { Authorization: 'Bearer callers-own' });
    expect(running.registry.calls('/register').at(-1)?.headers.authorization).toBe('Bearer callers-own');
    await register(`hello,${hello.url}`);
    expect(running.registry.calls('/register').at(-1)?.headers.authorization).toBeUndefined();
  });

  it('pass on the registry’s own refusal', async () => {
    running.registry.refuseNext('/register', {
      status: 403,
      code: 'FORBIDDEN',
      detail: 'not with this token',
    });
    const response = await register(`hello,${hello.url}`);
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'FORBIDDEN', detail: 'not with this token' }),
    ]);
  });

  it('are off in production unless they are asked for', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    const statuses: number[] = [];
    for (const settings of [{ NODE_ENV: 'production' }, { NODE_ENV: 'production', LEGACY_CALLS: 'on' }]) {
      const other = await startGateway(settings, { registry });
      const response = await fetch(`${other.url}/register_service`, {
        method: 'POST',
        body: 'x,http://127.0.0.1:1',
      });
      statuses.push(response.status);
      await other.gateway.stop();
    }
    expect(statuses).toEqual([404, 200]);
    await registry.stop();
  });
});
