import { createFakeRegistry, type FakeRegistry } from '@rollcall/registry-client/testing';
import { createLogger } from '@rollcall/service-kit';
import { eventually } from '@rollcall/testing';
import { composeHello } from '../src/compose';
import { helloConfig } from '../src/config';

const logger = createLogger({ service: 'hello', level: 'error', pretty: false });
logger.silent = true;

describe('hello', () => {
  let registry: FakeRegistry;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    registry = createFakeRegistry();
    await registry.start();
  });

  afterEach(async () => {
    await stop();
    await registry.stop();
  });

  async function start(): Promise<string> {
    const config = helloConfig.read({ PORT: '0', REGISTRY_URL: registry.url, DRAIN_LINGER_MS: '0' });
    const service = composeHello(config, { logger });
    ({ stop } = service);
    return `http://127.0.0.1:${(await service.start()).port}`;
  }

  test.each(['/', '/hello'])('greets at %s, and counts it by that path', async (path) => {
    const url = await start();
    const response = await fetch(url + path);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).toBe('{"message": "Hello from the Service!"}');
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(`http_route="${path}"`);
  });

  it('is announced as hello, with the path that the gateway routes to it', async () => {
    const url = await start();

    expect(await eventually(() => registry.instances('hello')[0])).toMatchObject({
      url,
      routes: [{ path_prefix: '/hello' }],
    });
  });

  it('greets while nobody is there to register with, and registers when somebody comes', async () => {
    await registry.goAway();
    const url = await start();

    expect((await fetch(url)).status).toBe(200);

    await registry.comeBack();
    await eventually(() => registry.instances('hello')[0]);
  });
});

describe('the settings of hello', () => {
  it('are complete without any variable', () => {
    expect(helloConfig.read({})).toMatchObject({
      PORT: 9090,
      SERVICE_NAME: 'hello',
      REGISTRY_URL: ['http://127.0.0.1:8080'],
    });
  });
});
